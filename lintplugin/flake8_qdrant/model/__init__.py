"""Many files: imports to modules, expressions to types, calls to the functions they reach."""
