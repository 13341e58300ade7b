from vectordb.base import BaseVectorDB
from vectordb.qdrant import QdrantVectorDB

SUPPORTED: dict[str, type[BaseVectorDB]] = {"qdrant": QdrantVectorDB}


def get_vector_db(provider: str) -> BaseVectorDB:
    if provider in SUPPORTED:
        return SUPPORTED[provider](url="http://localhost:6333")
    raise ValueError(f"unknown vector database {provider}")


VECTOR_DB = get_vector_db("qdrant")
