"""Half-way from `QdrantClient` to `AsyncQdrantClient`: five mistakes, one for each endpoint."""
