"""A test's client that nobody closes."""

from qdrant_client import AsyncQdrantClient, models


async def test_upsert() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")  # error: QDR304
    point = models.PointStruct(id=1, vector=[0.1, 0.2, 0.3, 0.4])
    result = await client.upsert("docs", points=[point])
    assert result.status == models.UpdateStatus.COMPLETED


async def main() -> None:
    await test_upsert()
