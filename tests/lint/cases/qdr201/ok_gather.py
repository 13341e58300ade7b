"""Coroutines that are handed to `gather` are awaited by it."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def find_all(vectors: list[list[float]]) -> list:
    return await asyncio.gather(*[client.query_points("docs", query=v) for v in vectors])


async def overview() -> tuple[int, int]:
    docs, images = await asyncio.gather(client.count("docs"), client.count("images"))
    return docs.count, images.count


async def main() -> None:
    await find_all([[0.1, 0.2], [0.3, 0.4]])
    await overview()
