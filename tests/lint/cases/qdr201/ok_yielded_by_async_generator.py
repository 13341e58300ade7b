"""An async generator yields coroutines, and its consumer awaits them."""

from collections.abc import AsyncIterator, Awaitable

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def jobs(names: list[str]) -> AsyncIterator[Awaitable[bool]]:
    for name in names:
        yield client.collection_exists(name)


async def main() -> None:
    async for job in jobs(["docs", "images"]):
        assert await job
