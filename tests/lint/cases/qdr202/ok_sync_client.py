"""The sync client returns the result itself."""

import asyncio

from qdrant_client import QdrantClient


def describe(client: QdrantClient, name: str) -> str:
    if not client.collection_exists(name):
        return f"{name} is missing"
    points, _ = client.scroll(name, limit=client.count(name).count)
    return f"{name}: {len(points)}, first {client.retrieve(name, ids=[1])[0].id}"


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    assert await asyncio.to_thread(describe, client, "docs") == "docs: 2, first 1"
