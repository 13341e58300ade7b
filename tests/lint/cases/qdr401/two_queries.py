"""Two queries of one collection fit into one batch."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def compare(first: list[float], second: list[float]) -> list[models.QueryResponse]:
    left = await client.query_points("docs", query=first)
    right = await client.query_points("docs", query=second)  # error: QDR401
    return [left, right]


async def main() -> None:
    await compare([0.1, 0.2], [0.3, 0.4])
