"""A sync client that is made inside the coroutine blocks the loop."""

import asyncio

from qdrant_client import QdrantClient, models


async def find_similar(vector: list[float]) -> list[models.ScoredPoint]:
    client = QdrantClient(url="http://localhost:6333")
    response = client.query_points("docs", query=vector, limit=5)  # error: QDR101
    return response.points


async def main() -> None:
    vectors = [[0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]]
    await asyncio.gather(*(find_similar(vector) for vector in vectors))
