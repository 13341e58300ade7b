"""The base class has a sync client; the subclass puts the async one in its place."""

from qdrant_client import AsyncQdrantClient, QdrantClient


class Store:
    def __init__(self, url: str) -> None:
        self.client = QdrantClient(url=url)

    def size(self) -> int:
        return self.client.count("docs").count


class AsyncStore(Store):
    def __init__(self, url: str) -> None:
        self.client = AsyncQdrantClient(url=url)

    async def asize(self) -> int:
        return (await self.client.count("docs")).count


async def main() -> None:
    assert await AsyncStore("http://localhost:6333").asize() == 2
