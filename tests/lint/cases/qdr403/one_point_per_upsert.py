"""A request for each point, where one `upsert` takes them all."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def index(vectors: list[list[float]]) -> None:
    for i, vector in enumerate(vectors):
        point = models.PointStruct(id=i, vector=vector)
        await client.upsert("docs", points=[point])  # error: QDR403


async def main() -> None:
    await index([[0.1, 0.2], [0.3, 0.4]])
