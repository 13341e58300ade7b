from functools import lru_cache

from qdrant_client import QdrantClient


@lru_cache
def get_qdrant() -> QdrantClient:
    return QdrantClient(url="http://localhost:6333")
