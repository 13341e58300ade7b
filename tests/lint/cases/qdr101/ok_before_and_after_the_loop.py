"""Before `asyncio.run` and after it there is no loop to block."""

import asyncio

from qdrant_client import AsyncQdrantClient, QdrantClient


async def serve() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await client.count("docs")
    await client.close()


def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    client.get_collections()
    asyncio.run(serve())
    client.create_snapshot("docs")
