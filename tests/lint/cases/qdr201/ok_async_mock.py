"""A mock of the async client in a test: its methods have attributes of their own."""

from unittest.mock import AsyncMock

from qdrant_client import AsyncQdrantClient


async def forget(client: AsyncQdrantClient, ids: list[int]) -> None:
    await client.delete("docs", points_selector=ids)


async def test_forget() -> None:
    client = AsyncMock(spec=AsyncQdrantClient)
    client.collection_exists.return_value = True
    await forget(client, [1, 2])
    client.delete.assert_awaited_once_with("docs", points_selector=[1, 2])
    assert client.upsert.await_count == 0


async def main() -> None:
    await test_forget()
