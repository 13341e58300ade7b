"""`get_client()` says in its signature what it returns."""

from functools import lru_cache

from qdrant_client import QdrantClient, models


@lru_cache(maxsize=1)
def get_client() -> QdrantClient:
    return QdrantClient(url="http://localhost:6333")


async def find(vector: list[float]) -> list[models.ScoredPoint]:
    client = get_client()
    return client.query_points("docs", query=vector).points  # error: QDR101


async def size() -> int:
    return get_client().count("docs").count  # error: QDR101


async def main() -> None:
    await find([0.1, 0.2, 0.3, 0.4])
    await size()
