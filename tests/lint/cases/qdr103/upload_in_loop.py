"""Batches are uploaded by the async client, and the loop stands still for each."""

from collections.abc import Iterable
from itertools import islice

from qdrant_client import AsyncQdrantClient, models


async def load(client: AsyncQdrantClient, points: Iterable[models.PointStruct]) -> int:
    iterator = iter(points)
    batches = 0
    while batch := list(islice(iterator, 100)):
        client.upload_points(  # error: QDR103
            collection_name="docs",
            points=batch,
            batch_size=50,
            wait=True,
        )
        batches += 1
    return batches


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await load(client, [models.PointStruct(id=i, vector=[0.1, 0.2]) for i in range(150)])
    await client.close()
