"""What gRPC has of its own: reading messages, and writing them."""
