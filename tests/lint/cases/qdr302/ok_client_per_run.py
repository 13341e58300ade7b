"""Each run makes its client and closes it."""

import asyncio

from qdrant_client import AsyncQdrantClient


async def drop(name: str) -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await client.delete_collection(name)
    await client.close()


async def size(name: str) -> int:
    client = AsyncQdrantClient(url="http://localhost:6333")
    try:
        return (await client.count(name)).count
    finally:
        await client.close()


def main() -> None:
    asyncio.run(drop("docs"))
    asyncio.run(size("images"))
