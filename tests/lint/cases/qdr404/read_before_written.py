"""A write that is not waited for, and a read of the same points."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def main() -> None:
    points = [models.PointStruct(id=7, vector=[0.1, 0.2, 0.3, 0.4])]
    await client.upsert("articles", points=points, wait=False)  # error: QDR404
    await client.retrieve("articles", ids=[7])
