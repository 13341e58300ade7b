"""The engine process: it owns the data, and answers one call after the other.

`qdrant_edge` holds Python's global interpreter lock during every call, so the engine lives in a
process of its own: there its calls delay nobody but each other, and need no locks.
"""
