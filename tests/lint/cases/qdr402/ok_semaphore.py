"""A semaphore lets eight requests through at a time."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def find_all(vectors: list[list[float]]) -> int:
    semaphore = asyncio.Semaphore(8)

    async def find(vector: list[float]) -> int:
        async with semaphore:
            return len((await client.query_points("docs", query=vector)).points)

    return sum(await asyncio.gather(*(find(vector) for vector in vectors)))


async def main() -> None:
    assert await find_all([[0.1, i / 100] for i in range(100)]) == 200
