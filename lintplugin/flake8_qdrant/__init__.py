"""Find blocking and lost Qdrant calls in asynchronous Python code, and repair them."""

__version__ = "0.1.0"
