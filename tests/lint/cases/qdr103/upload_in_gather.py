"""`gather` cannot run two uploads at once: each has ended before `gather` is called."""

import asyncio

from qdrant_client import AsyncQdrantClient, models


async def load(client: AsyncQdrantClient, points: list[models.PointStruct]) -> None:
    await asyncio.gather(
        client.upload_points("docs", points=points),  # error: QDR103
        client.upload_points("archive", points=points),  # error: QDR103
    )


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await load(client, [models.PointStruct(id=1, vector=[0.1, 0.2])])
    await client.close()
