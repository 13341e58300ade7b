"""What the engine can do: one set of operations, behind both frontends."""
