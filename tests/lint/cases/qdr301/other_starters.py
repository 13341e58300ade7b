"""AnyIO and asgiref refuse as asyncio does."""

from contextlib import suppress

import anyio
from asgiref.sync import async_to_sync
from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def size(name: str) -> int:
    return (await client.count(name)).count


async def total() -> int:
    with suppress(RuntimeError):
        return anyio.run(size, "docs")  # error: QDR301
    return async_to_sync(size)("images")  # error: QDR301


async def main() -> None:
    await total()
