"""The same endpoints on `AsyncQdrantClient` alone."""
