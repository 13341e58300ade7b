"""The factory's result is a sync client, so there is nothing to await."""

from functools import lru_cache

from qdrant_client import QdrantClient


@lru_cache
def get_client() -> QdrantClient:
    return QdrantClient(url="http://localhost:6333")


async def names() -> list[str]:
    response = await get_client().get_collections()  # error: QDR203
    return [collection.name for collection in response.collections]


async def main() -> None:
    await names()
