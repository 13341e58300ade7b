"""The star unpacks a list, not a coroutine."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def both(ids: list[int]) -> list[models.Record]:
    return [*client.retrieve("docs", ids=ids)]  # error: QDR202


async def main() -> None:
    await both([1, 2])
