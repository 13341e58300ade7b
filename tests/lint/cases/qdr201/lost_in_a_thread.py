"""Nobody awaits what a thread makes of a coroutine function of the project."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def delete(name: str) -> None:
    await client.delete_collection(name)


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.run_in_executor(None, delete, "docs")  # error: QDR201
    await asyncio.sleep(0.05)
