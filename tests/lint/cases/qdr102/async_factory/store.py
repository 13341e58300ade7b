import asyncio

from qdrant_client import QdrantClient


class Store:
    def __init__(self, client: QdrantClient) -> None:
        self.client = client

    @classmethod
    async def create(cls, url: str) -> "Store":
        return cls(await asyncio.to_thread(QdrantClient, url=url))

    def size(self, name: str) -> int:
        return self.client.count(name).count


async def open_store():
    return await Store.create("http://localhost:6333")
