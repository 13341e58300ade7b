"""Two coroutines are unpacked into names that are never used."""

from qdrant_client import AsyncQdrantClient


async def warm_up(client: AsyncQdrantClient) -> None:
    docs, images = (
        client.get_collection("docs"),  # error: QDR201
        client.get_collection("images"),  # error: QDR201
    )


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await warm_up(client)
    await client.close()
