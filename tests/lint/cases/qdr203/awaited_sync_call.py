"""The sync client's answer cannot be awaited; and the call has blocked before that."""

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


async def find(vector: list[float]) -> list[models.ScoredPoint]:
    response = await client.query_points("docs", query=vector)  # error: QDR203
    return response.points


async def main() -> None:
    await find([0.1, 0.2, 0.3, 0.4])
