"""Each point is stored only if nothing like it is there, which the one before may have changed."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def index(vectors: list[list[float]]) -> None:
    for number, vector in enumerate(vectors):
        response = await client.query_points("docs", query=vector, score_threshold=0.99)
        if not response.points:
            await client.upsert("docs", points=[models.PointStruct(id=number, vector=vector)])


async def main() -> None:
    await index([[0.1, 0.2], [0.3, 0.4]])
