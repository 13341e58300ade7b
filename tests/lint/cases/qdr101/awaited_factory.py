"""An `async def` factory returns the sync client after the `await`."""

import asyncio

from qdrant_client import QdrantClient


async def create_client(url: str) -> QdrantClient:
    return await asyncio.to_thread(QdrantClient, url=url)


async def create_untyped(url: str):
    return QdrantClient(url=url)


async def main() -> None:
    client = await create_client("http://localhost:6333")
    client.count("docs")  # error: QDR101
    (await create_untyped("http://localhost:6333")).count("docs")  # error: QDR101
