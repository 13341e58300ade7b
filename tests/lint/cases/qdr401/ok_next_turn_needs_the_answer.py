"""Each turn goes on where the one before it stopped, or waits for something else."""

import asyncio

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def walk(steps: int) -> list[models.ScoredPoint]:
    nearest: int | str = 1
    path = []
    for _ in range(steps):
        response = await client.query_points("docs", query=nearest)
        nearest = response.points[0].id
        path += response.points
    return path


async def follow(names: list[str]) -> None:
    for name in names:
        print(await client.count(name))
        await asyncio.sleep(0)


async def main() -> None:
    await walk(2)
    await follow(["docs", "images"])
