"""The REST side of the engine: bytes of a request to an operation, and its result to bytes."""
