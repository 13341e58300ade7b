"""A script runs its loop where none is running."""

import asyncio

from qdrant_client import AsyncQdrantClient


async def work() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await client.count("docs")
    await client.close()


def main() -> None:
    asyncio.run(work())
