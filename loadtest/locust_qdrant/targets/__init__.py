"""What a virtual user drives: Qdrant's operations, or the endpoints of a service."""
