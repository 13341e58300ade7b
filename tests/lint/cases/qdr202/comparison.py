"""A coroutine equals nothing but itself."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def is_missing(name: str) -> bool:
    return client.collection_exists(name) == False  # error: QDR202


async def is_empty(ids: list[int]) -> bool:
    found = client.retrieve("docs", ids=ids)  # error: QDR202
    return found != []


async def main() -> None:
    assert not await is_missing("docs")
    assert await is_empty([1])
