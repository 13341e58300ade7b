"""Coroutines cannot be added to numbers."""

from qdrant_client import AsyncQdrantClient


async def total(client: AsyncQdrantClient, offset: int) -> int:
    return client.count("docs") + offset  # error: QDR202


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await total(client, 10)
    await client.close()
