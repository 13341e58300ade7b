"""The name is the async client by the time it is used."""

import os

from qdrant_client import AsyncQdrantClient, QdrantClient

client = QdrantClient(url="http://localhost:6333")
client.get_collections()


async def size() -> int:
    client = QdrantClient(url="http://localhost:6333")
    client.close()
    client = AsyncQdrantClient(url=os.environ.get("QDRANT_URL", "http://localhost:6333"))
    result = await client.count("docs")
    await client.close()
    return result.count


async def main() -> None:
    await size()
