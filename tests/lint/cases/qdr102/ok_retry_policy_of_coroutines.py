"""Retry policies around coroutine functions, and around a function in a thread."""

import asyncio

from qdrant_client import AsyncQdrantClient, QdrantClient
from tenacity import AsyncRetrying, Retrying, retry, stop_after_attempt

client = AsyncQdrantClient(url="http://localhost:6333")
plain_client = QdrantClient(url="http://localhost:6333")
policy = retry(stop=stop_after_attempt(3), reraise=True)
again = AsyncRetrying(stop=stop_after_attempt(3), reraise=True)
retrying = Retrying(stop=stop_after_attempt(3), reraise=True)


@policy
async def size() -> int:
    return (await client.count("docs")).count


async def named(name: str) -> int:
    return (await client.count(name)).count


async def main() -> None:
    assert await size() == 2
    await again(named, "docs")
    await policy(named)("docs")
    await asyncio.to_thread(retrying, plain_client.count, "docs")
