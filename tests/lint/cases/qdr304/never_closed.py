"""The function makes an async client, and leaves its connections open."""

from qdrant_client import AsyncQdrantClient


async def size(url: str) -> int:
    client = AsyncQdrantClient(url=url)  # error: QDR304
    return (await client.count("docs")).count


async def main() -> None:
    await size("http://localhost:6333")
