"""The alias of a sync method is no coroutine function."""

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")
search = client.query_points


async def find(vector: list[float]) -> list[models.ScoredPoint]:
    return (await search("docs", query=vector)).points  # error: QDR203


async def main() -> None:
    await find([0.1, 0.2, 0.3, 0.4])
