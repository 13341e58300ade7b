"""Drive concurrent upsert and query traffic against Qdrant, and check that the async path performs."""
