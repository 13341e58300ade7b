"""Whoever gets the client closes it: returned, stored, yielded."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from qdrant_client import AsyncQdrantClient

URL = "http://localhost:6333"
clients: dict[str, AsyncQdrantClient] = {}


async def connect() -> AsyncQdrantClient:
    client = AsyncQdrantClient(url=URL)
    await client.get_collections()
    return client


@asynccontextmanager
async def connection() -> AsyncIterator[AsyncQdrantClient]:
    client = AsyncQdrantClient(url=URL)
    try:
        yield client
    finally:
        await client.close()


async def remember(name: str) -> None:
    client = AsyncQdrantClient(url=URL)
    clients[name] = client


async def main() -> None:
    client = await connect()
    await client.close()
    async with connection() as client:
        await client.count("docs")
    await remember("docs")
    await clients["docs"].close()
