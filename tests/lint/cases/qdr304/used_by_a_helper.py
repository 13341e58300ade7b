"""The client is handed to a function that uses it, and does not close it either."""

from qdrant_client import AsyncQdrantClient


async def create(client: AsyncQdrantClient, name: str) -> None:
    if not await client.collection_exists(name):
        await client.create_collection(name)


async def set_up(url: str) -> None:
    client = AsyncQdrantClient(url=url)  # error: QDR304
    for name in ("docs", "images"):
        await create(client, name)


async def main() -> None:
    await set_up("http://localhost:6333")
