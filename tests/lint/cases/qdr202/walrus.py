"""The condition names the coroutine, and it is always true."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def first(ids: list[int]) -> object:
    if records := client.retrieve("docs", ids=ids):  # error: QDR202
        return records[0]
    return None


async def main() -> None:
    await first([1])
