"""A loop of its own does not help: two loops cannot run in one thread."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def size(name: str) -> int:
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(client.count(name)).count  # error: QDR301
    finally:
        loop.close()


async def main() -> None:
    await size("docs")
