"""The server's front: REST and gRPC on loopback, both passing bytes to the engine process."""
