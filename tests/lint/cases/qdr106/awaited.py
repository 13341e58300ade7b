"""Without a server there is nothing to wait for: the search runs on the loop."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(":memory:")
SIZE = models.VectorParams(size=4, distance=models.Distance.COSINE)


async def main() -> None:
    await client.create_collection("articles", vectors_config=SIZE)  # error: QDR106
    await client.query_points("articles", query=[0.1, 0.2, 0.3, 0.4])  # error: QDR106
