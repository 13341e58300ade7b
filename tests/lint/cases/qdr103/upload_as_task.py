"""`create_task` wants a coroutine, and gets None after a blocking upload."""

import asyncio

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def load_in_background(points: list[models.PointStruct]) -> None:
    task = asyncio.create_task(client.upload_points("docs", points=points))  # error: QDR103
    await task


async def main() -> None:
    await load_in_background([models.PointStruct(id=1, vector=[0.1, 0.2])])
