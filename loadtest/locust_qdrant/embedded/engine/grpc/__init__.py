"""The gRPC side of the engine: messages to operations, and their results to messages."""
