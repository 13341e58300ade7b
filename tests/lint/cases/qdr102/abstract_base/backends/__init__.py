from .base import VectorDatabase
from .qdrant import QdrantDatabase

_database: VectorDatabase = QdrantDatabase("http://localhost:6333")


def get_database() -> VectorDatabase:
    return _database
