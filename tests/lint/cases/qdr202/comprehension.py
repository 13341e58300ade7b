"""A comprehension over the coroutine."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def payloads(ids: list[int]) -> list[dict[str, object]]:
    records = client.retrieve("docs", ids=ids)  # error: QDR202
    return [record.payload or {} for record in records]


async def main() -> None:
    await payloads([1, 2])
