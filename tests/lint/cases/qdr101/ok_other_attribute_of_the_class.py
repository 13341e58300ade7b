"""The class has both clients; each is used where it belongs."""

from qdrant_client import AsyncQdrantClient, QdrantClient


class Store:
    def __init__(self, url: str) -> None:
        self._client = QdrantClient(url=url)
        self._aclient = AsyncQdrantClient(url=url)

    def size(self) -> int:
        return self._client.count("docs").count

    async def asize(self) -> int:
        return (await self._aclient.count("docs")).count


async def main() -> None:
    await Store("http://localhost:6333").asize()
