"""`close` of the async client is a coroutine: without `await` nothing is closed."""

from collections.abc import AsyncIterator

from qdrant_client import AsyncQdrantClient


async def get_client() -> AsyncIterator[AsyncQdrantClient]:
    client = AsyncQdrantClient(url="http://localhost:6333")
    try:
        yield client
    finally:
        client.close()  # error: QDR201


async def main() -> None:
    async for client in get_client():
        await client.count("docs")
