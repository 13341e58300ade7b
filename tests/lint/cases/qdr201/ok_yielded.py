"""A generator of coroutines: whoever iterates awaits them."""

import asyncio
from collections.abc import Awaitable, Iterator

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def deletions(names: list[str]) -> Iterator[Awaitable[bool]]:
    for name in names:
        yield client.delete_collection(name)


async def drop_one_by_one(names: list[str]) -> None:
    for deletion in deletions(names):
        await deletion


async def drop_all(names: list[str]) -> None:
    await asyncio.gather(*deletions(names))


async def main() -> None:
    await drop_one_by_one(["docs", "images"])
    await drop_all(["docs", "images"])
