"""The helper uploads with the async client, whose upload blocks."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


def upload(vectors: list[list[float]]) -> None:
    points = [models.PointStruct(id=i, vector=vector) for i, vector in enumerate(vectors)]
    client.upload_points("docs", points=points)


async def main() -> None:
    upload([[0.1, 0.2], [0.3, 0.4]])  # error: QDR102
