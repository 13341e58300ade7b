"""A function of one's own tells the clients apart."""

import asyncio
from typing import TypeGuard

from qdrant_client import AsyncQdrantClient, QdrantClient


def is_async(client: QdrantClient | AsyncQdrantClient) -> TypeGuard[AsyncQdrantClient]:
    return isinstance(client, AsyncQdrantClient)


async def size(client: QdrantClient | AsyncQdrantClient, name: str) -> int:
    if is_async(client):
        return (await client.count(name)).count
    return (await asyncio.to_thread(client.count, name)).count


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    assert await size(client, "docs") == await size(QdrantClient(), "docs")
    await client.close()
