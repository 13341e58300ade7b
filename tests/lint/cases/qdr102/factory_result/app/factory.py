from functools import lru_cache

from .store import VectorStore


@lru_cache(maxsize=1)
def get_store() -> VectorStore:
    return VectorStore()
