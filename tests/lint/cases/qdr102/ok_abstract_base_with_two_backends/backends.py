from abc import ABC, abstractmethod

from qdrant_client import QdrantClient


class VectorDatabase(ABC):
    @abstractmethod
    def delete(self, name: str) -> None: ...


class QdrantDatabase(VectorDatabase):
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    def delete(self, name: str) -> None:
        self.client.delete_collection(name)


class MemoryDatabase(VectorDatabase):
    def __init__(self) -> None:
        self.collections: dict[str, list[float]] = {}

    def delete(self, name: str) -> None:
        self.collections.pop(name, None)
