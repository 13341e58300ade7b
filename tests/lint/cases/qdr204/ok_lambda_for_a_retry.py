"""A lambda makes the coroutine for a function that awaits it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from qdrant_client import AsyncQdrantClient

T = TypeVar("T")


async def retry(make: Callable[[], Awaitable[T]]) -> T:
    for _ in range(2):
        try:
            return await make()
        except ConnectionError:
            continue
    return await make()


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    size = await retry(lambda: client.count("docs"))
    assert size.count == 2
    await client.close()
