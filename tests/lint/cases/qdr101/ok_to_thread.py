"""A sync call in a thread of its own leaves the loop free."""

import asyncio

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


async def find_similar(vector: list[float]) -> list[models.ScoredPoint]:
    response = await asyncio.to_thread(client.query_points, "docs", query=vector, limit=5)
    return response.points


async def size() -> int:
    return await asyncio.to_thread(lambda: client.count("docs").count)


async def main() -> None:
    await find_similar([0.1, 0.2, 0.3, 0.4])
    await size()
