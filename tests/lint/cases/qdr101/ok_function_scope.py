"""The same name is a sync client in one function and an async one in the next."""

import asyncio

from qdrant_client import AsyncQdrantClient, QdrantClient


def report() -> int:
    client = QdrantClient(url="http://localhost:6333")
    return client.count("docs").count


async def watch() -> int:
    client = AsyncQdrantClient(url="http://localhost:6333")
    result = await client.count("docs")
    await client.close()
    return result.count


async def main() -> None:
    assert await asyncio.to_thread(report) == await watch()
