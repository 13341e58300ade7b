"""After the early return only the async client is left."""

import asyncio
from typing import TypeVar

from qdrant_client import AsyncQdrantClient, QdrantClient

AnyClient = TypeVar("AnyClient", QdrantClient, AsyncQdrantClient)
clients = QdrantClient(url="http://localhost:6333"), AsyncQdrantClient(url="http://localhost:6333")


async def size(client: AnyClient, name: str) -> int:
    if isinstance(client, QdrantClient):
        return (await asyncio.to_thread(client.count, name)).count
    return (await client.count(name)).count


async def exists(client: QdrantClient | AsyncQdrantClient, name: str) -> bool:
    if not isinstance(client, AsyncQdrantClient):
        raise TypeError("exists() needs the async client")
    return await client.collection_exists(name)


async def main() -> None:
    for client in clients:
        assert await size(client, "docs") == 2
    assert await exists(clients[1], "docs")
