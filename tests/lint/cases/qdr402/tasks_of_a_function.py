"""A task for each vector, of a function that nothing holds back."""

import asyncio

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def find(vector: list[float]) -> list[models.ScoredPoint]:
    response = await client.query_points("docs", query=vector)
    return response.points


async def find_all(vectors: list[list[float]]) -> list[list[models.ScoredPoint]]:
    tasks = []
    for vector in vectors:
        tasks.append(asyncio.create_task(find(vector)))
    return await asyncio.gather(*tasks)  # error: QDR402


async def main() -> None:
    await find_all([[0.1, i / 50] for i in range(50)])
