"""Closed at the end, in `finally`, by an exit stack."""

from contextlib import AsyncExitStack

from qdrant_client import AsyncQdrantClient

URL = "http://localhost:6333"


async def at_the_end() -> None:
    client = AsyncQdrantClient(url=URL)
    await client.count("docs")
    await client.close()


async def in_finally() -> int:
    client = AsyncQdrantClient(url=URL)
    try:
        return (await client.count("docs")).count
    finally:
        await client.close()


async def by_a_stack() -> int:
    async with AsyncExitStack() as stack:
        client = AsyncQdrantClient(url=URL)
        stack.push_async_callback(client.close)
        return (await client.count("docs")).count


async def main() -> None:
    await at_the_end()
    assert await in_finally() == await by_a_stack()
