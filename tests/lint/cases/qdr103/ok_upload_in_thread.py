"""The async client's upload in a thread leaves the loop free."""

import asyncio

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def load(points: list[models.PointStruct]) -> None:
    await asyncio.to_thread(client.upload_points, "docs", points)
    await asyncio.to_thread(lambda: client.upload_points("archive", points))


async def main() -> None:
    await load([models.PointStruct(id=1, vector=[0.1, 0.2])])
