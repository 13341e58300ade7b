"""All points in one request."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def index(vectors: list[list[float]]) -> None:
    points = [models.PointStruct(id=i, vector=vector) for i, vector in enumerate(vectors)]
    await client.upsert("docs", points=points)


async def main() -> None:
    await index([[0.1, 0.2], [0.3, 0.4]])
