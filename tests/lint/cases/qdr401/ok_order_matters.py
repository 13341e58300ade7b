"""A write comes before what reads it or builds on it."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def replace(name: str, points: list[models.PointStruct]) -> int:
    await client.delete_collection(name)
    await client.create_collection(
        name,
        vectors_config=models.VectorParams(size=2, distance=models.Distance.COSINE),
    )
    await client.upsert(name, points=points)
    return (await client.count(name)).count


async def main() -> None:
    await replace("docs", [models.PointStruct(id=1, vector=[0.1, 0.2])])
