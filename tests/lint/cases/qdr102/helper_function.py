"""The endpoint looks clean; the helper it calls blocks."""

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


def find_similar(vector: list[float]) -> list[models.ScoredPoint]:
    return client.query_points("docs", query=vector, limit=5).points


async def answer(vector: list[float]) -> list[str]:
    hits = find_similar(vector)  # error: QDR102
    return [str(hit.payload) for hit in hits]


async def main() -> None:
    await answer([0.1, 0.2, 0.3, 0.4])
