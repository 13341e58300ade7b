"""In a script without a loop there is nothing to block."""

from qdrant_client import AsyncQdrantClient, QdrantClient, models

client = QdrantClient(url="http://localhost:6333")
aclient = AsyncQdrantClient(url="http://localhost:6333")


def main() -> None:
    points = [models.PointStruct(id=1, vector=[0.1, 0.2])]
    client.upload_points("docs", points=points)
    aclient.upload_points("docs", points=points)
