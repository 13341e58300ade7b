"""The second request does not need the first one's answer, and waits for it all the same."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def overview() -> tuple[int, int]:
    docs = await client.count("docs")
    images = await client.count("images")  # error: QDR401
    return docs.count, images.count


async def main() -> None:
    await overview()
