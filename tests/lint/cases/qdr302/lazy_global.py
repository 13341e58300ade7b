"""The first run fills the global, and the second finds a client of a loop that is gone."""

import asyncio

from qdrant_client import AsyncQdrantClient

_client: AsyncQdrantClient | None = None


def get_client() -> AsyncQdrantClient:
    global _client
    if _client is None:
        _client = AsyncQdrantClient(url="http://localhost:6333")
    return _client


async def size(name: str) -> int:
    client = get_client()
    return (await client.count(name)).count


def main() -> None:
    asyncio.run(size("docs"))
    asyncio.run(size("images"))  # error: QDR302
