"""`upsert` of the async client is a coroutine and takes many points at once."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def import_vectors(vectors: list[list[float]]) -> None:
    points = [models.PointStruct(id=i, vector=vector) for i, vector in enumerate(vectors)]
    await client.upsert("docs", points=points)


async def main() -> None:
    await import_vectors([[0.1, 0.2], [0.3, 0.4]])
