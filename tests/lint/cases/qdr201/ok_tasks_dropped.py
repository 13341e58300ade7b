"""A dropped task runs all the same, as long as the loop does."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def drop_all(names: list[str]) -> None:
    [asyncio.create_task(client.delete_collection(name)) for name in names]
    _ = asyncio.ensure_future(client.create_snapshot("docs"))


async def main() -> None:
    await drop_all(["docs", "images"])
    await asyncio.sleep(0.01)
