"""In a script without a loop there is nothing to block."""

from qdrant_client import AsyncQdrantClient, QdrantClient, models


def main() -> None:
    points = [models.PointStruct(id=1, vector=[0.1, 0.2])]
    QdrantClient(url="http://localhost:6333").upload_points("docs", points=points)
    AsyncQdrantClient(url="http://localhost:6333").upload_points("docs", points=points)
