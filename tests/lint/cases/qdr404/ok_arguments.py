"""Whole seconds, a write that nobody reads, one that a later write waits for, one of another collection."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333", timeout=5.0, http2=False)
points = [models.PointStruct(id=7, vector=[0.1, 0.2, 0.3, 0.4])]


async def write() -> None:
    await client.upsert("articles", points=points, wait=False)


async def write_twice() -> None:
    await client.upsert("articles", points=points, wait=False)
    await client.upsert("articles", points=points)
    await client.retrieve("articles", ids=[7])


async def main() -> None:
    await write()
    await write_twice()
    await client.upsert("articles", points=points, wait=False)
    await client.count("books", timeout=2)
