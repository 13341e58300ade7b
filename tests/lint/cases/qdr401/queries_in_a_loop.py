"""One query after the other: `query_batch_points` sends them all at once."""

from qdrant_client import AsyncQdrantClient, models


async def find_all(
    client: AsyncQdrantClient, vectors: list[list[float]]
) -> list[list[models.ScoredPoint]]:
    results = []
    for vector in vectors:
        response = await client.query_points("docs", query=vector)  # error: QDR401
        results.append(response.points)
    return results


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await find_all(client, [[0.1, 0.2], [0.3, 0.4]])
    await client.close()
