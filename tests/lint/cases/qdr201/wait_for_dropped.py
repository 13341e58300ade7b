"""`asyncio.wait_for` is a coroutine function: unlike `create_task` it starts nothing."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def drop(name: str) -> None:
    asyncio.wait_for(client.delete_collection(name), timeout=3)  # error: QDR201


async def keep(name: str) -> None:
    job = asyncio.wait_for(client.delete_collection(name), timeout=3)  # error: QDR201


async def wait(name: str) -> None:
    await asyncio.wait_for(client.delete_collection(name), timeout=3)
    job = asyncio.wait_for(client.delete_collection(name), timeout=3)
    await job


async def main() -> None:
    await drop("articles")
    await keep("articles")
    await wait("articles")
