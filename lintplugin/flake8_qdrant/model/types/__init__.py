"""What an expression can be: names, attributes, calls and imports followed to their values."""
