"""Qdrant's request models to the engine's types: pure functions, without I/O."""
