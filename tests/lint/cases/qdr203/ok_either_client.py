"""A name that may hold either client is awaited where it is the async one."""

from qdrant_client import AsyncQdrantClient, QdrantClient


class Store:
    def __init__(self, client: QdrantClient | AsyncQdrantClient) -> None:
        self.client = client
        self.is_async = isinstance(client, AsyncQdrantClient)

    async def size(self, name: str) -> int:
        if self.is_async:
            return (await self.client.count(name)).count
        raise TypeError("size() needs the async client")


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await Store(client).size("docs")
    await client.close()
