"""Without `await` the coroutine is made and thrown away: nothing is stored."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def store(title: str, vector: list[float]) -> None:
    point = models.PointStruct(id=1, vector=vector, payload={"title": title})
    client.upsert("docs", points=[point])  # error: QDR201


async def main() -> None:
    await store("Dune", [0.1, 0.2, 0.3, 0.4])
