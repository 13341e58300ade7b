"""The subclass replaces the blocking method."""

from qdrant_client import QdrantClient


class Store:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    def size(self) -> int:
        return self.client.count("docs").count


class CachedStore(Store):
    cached = 2

    def size(self) -> int:
        return self.cached


async def main() -> None:
    assert CachedStore().size() == 2
