"""A coroutine is never None, so the collection is never missing."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def must_exist(name: str) -> None:
    if client.get_collection(name) is None:  # error: QDR202
        raise LookupError(name)


async def main() -> None:
    await must_exist("docs")
