"""`len()` of a coroutine fails."""

from qdrant_client import AsyncQdrantClient


async def found(client: AsyncQdrantClient, ids: list[int]) -> int:
    return len(client.retrieve("docs", ids=ids))  # error: QDR202


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await found(client, [1, 2])
    await client.close()
