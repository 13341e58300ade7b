"""What is assigned says more than the annotation: one of two clients, one of several stores."""

from abc import ABC, abstractmethod

from qdrant_client import AsyncQdrantClient, QdrantClient


class Store(ABC):
    @abstractmethod
    def size(self) -> int: ...


class Remote(Store):
    def __init__(self) -> None:
        self.client: QdrantClient | AsyncQdrantClient = QdrantClient("http://localhost:6333")

    def size(self) -> int:
        return self.client.count("docs").count


class Memory(Store):
    def size(self) -> int:
        return 0


class Service:
    def __init__(self) -> None:
        self.store: Store = Remote()
        self.cache: Store = Memory()

    async def sizes(self) -> int:
        return self.store.size() + self.cache.size()  # error: QDR102


remote: Store = Remote()


async def main() -> None:
    await Service().sizes()
    remote.size()  # error: QDR102
