"""`upload_points` of the async client is a plain method that blocks until all is uploaded."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def import_vectors(vectors: list[list[float]]) -> None:
    points = [models.PointStruct(id=i, vector=vector) for i, vector in enumerate(vectors)]
    client.upload_points("docs", points=points)  # error: QDR103


async def main() -> None:
    await import_vectors([[0.1, 0.2], [0.3, 0.4]])
