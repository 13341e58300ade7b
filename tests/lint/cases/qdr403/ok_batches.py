"""A loop over batches, with many points in each."""

from collections.abc import Iterable
from itertools import islice

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def index(points: Iterable[models.PointStruct]) -> None:
    iterator = iter(points)
    while batch := list(islice(iterator, 100)):
        await client.upsert("docs", points=batch)


async def main() -> None:
    await index(models.PointStruct(id=i, vector=[0.1, 0.2]) for i in range(150))
