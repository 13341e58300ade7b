"""What is awaited is the thread, not the sync call."""

import asyncio

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


async def find(vector: list[float]) -> list[models.ScoredPoint]:
    response = await asyncio.to_thread(client.query_points, "docs", query=vector)
    return response.points


async def main() -> None:
    await find([0.1, 0.2, 0.3, 0.4])
