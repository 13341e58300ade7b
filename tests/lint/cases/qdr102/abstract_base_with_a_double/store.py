from abc import ABC, abstractmethod

from qdrant_client import QdrantClient


class Store(ABC):
    @abstractmethod
    def size(self) -> int: ...


class QdrantStore(Store):
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    def size(self) -> int:
        return self.client.count("docs").count
