"""The name holds the coroutine first, and its result after the `await`."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def find(vector: list[float]) -> list[models.ScoredPoint]:
    response = client.query_points("docs", query=vector)
    response = await response
    return response.points


async def main() -> None:
    await find([0.1, 0.2, 0.3, 0.4])
