"""Giving the coroutine a name does not run it."""

from qdrant_client import AsyncQdrantClient


async def drop(client: AsyncQdrantClient, ids: list[int]) -> None:
    result = client.delete("docs", points_selector=ids)  # error: QDR201
    _ = client.clear_payload("docs", points_selector=ids)  # error: QDR201


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await drop(client, [1, 2])
    await client.close()
