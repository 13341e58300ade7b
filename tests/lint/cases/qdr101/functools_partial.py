"""A partial of a blocking method blocks when it is called."""

from functools import partial

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")
count_docs = partial(client.count, "docs", exact=True)


async def find(vector: list[float]) -> list[models.ScoredPoint]:
    search = partial(client.query_points, collection_name="docs", limit=3)
    return search(query=vector).points  # error: QDR101


async def size() -> int:
    return count_docs().count  # error: QDR101


async def main() -> None:
    await find([0.1, 0.2, 0.3, 0.4])
    await size()
