"""`map` makes the coroutines as it is run through, and then they are lost."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def main() -> None:
    names = ["docs", "notes"]
    list(map(client.delete_collection, names))  # error: QDR201
    made = list(map(client.count, names))  # error: QDR201
    await asyncio.gather(*map(client.delete_collection, names))
    for coroutine in map(client.count, names):
        await coroutine
