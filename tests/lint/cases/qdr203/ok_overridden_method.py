"""The subclass of the sync client made a coroutine of the method."""

import asyncio

from qdrant_client import QdrantClient


class ThreadedClient(QdrantClient):
    async def collection_exists(self, collection_name: str, **kwargs: object) -> bool:  # type: ignore
        parent = super()
        return await asyncio.to_thread(lambda: parent.collection_exists(collection_name))


async def main() -> None:
    client = ThreadedClient(url="http://localhost:6333")
    assert await client.collection_exists("docs")
