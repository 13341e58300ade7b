"""`match` tells the clients apart."""

import asyncio

from qdrant_client import AsyncQdrantClient, QdrantClient

clients = [
    QdrantClient(url="http://localhost:6333"),
    AsyncQdrantClient(url="http://localhost:6333"),
]


async def size(client: QdrantClient | AsyncQdrantClient, name: str) -> int:
    match client:
        case AsyncQdrantClient():
            return (await client.count(name)).count
        case QdrantClient():
            return (await asyncio.to_thread(client.count, name)).count


async def main() -> None:
    for client in clients:
        assert await size(client, "docs") == 2
