"""Ordering a coroutine and a number fails."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def is_large(name: str) -> bool:
    size = client.count(name)  # error: QDR202
    return size > 1_000_000


async def main() -> None:
    await is_large("docs")
