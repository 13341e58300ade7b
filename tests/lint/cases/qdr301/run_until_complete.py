"""The running loop cannot be told to run something else."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def drop(name: str) -> None:
    loop = asyncio.get_running_loop()
    loop.run_until_complete(client.delete_collection(name))  # error: QDR301


async def main() -> None:
    await drop("docs")
