"""The sync client goes to a thread, the async one is awaited."""

import asyncio

from qdrant_client import AsyncQdrantClient, QdrantClient

sync_client = QdrantClient(url="http://localhost:6333")
async_client = AsyncQdrantClient(url="http://localhost:6333")


class Store:
    def __init__(self, client: QdrantClient | AsyncQdrantClient) -> None:
        self.client = client

    async def size(self, name: str) -> int:
        client = self.client
        if isinstance(client, AsyncQdrantClient):
            return (await client.count(name)).count
        return (await asyncio.to_thread(client.count, name)).count

    async def drop(self, name: str) -> None:
        if not isinstance(self.client, QdrantClient):
            await self.client.delete_collection(name)


async def main() -> None:
    for client in (sync_client, async_client):
        store = Store(client)
        await store.size("docs")
        await store.drop("docs")
