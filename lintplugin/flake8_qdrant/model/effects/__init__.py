"""The calls of a file: what they do to the event loop, and what becomes of their coroutines."""
