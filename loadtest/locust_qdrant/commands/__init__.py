"""The jobs of the command `locust-qdrant`: options only, so that each starts fast."""
