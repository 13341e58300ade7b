"""A sync client at module level blocks every coroutine that calls it."""

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


async def store(title: str, vector: list[float]) -> None:
    client.upsert(  # error: QDR101
        collection_name="docs",
        points=[models.PointStruct(id=1, vector=vector, payload={"title": title})],
    )


async def main() -> None:
    await store("Dune", [0.1, 0.2, 0.3, 0.4])
