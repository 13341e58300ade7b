"""The client is made in a thread, which is fine; its calls are not."""

import asyncio

from qdrant_client import QdrantClient


def connect() -> QdrantClient:
    return QdrantClient(url="http://localhost:6333")


async def main() -> None:
    client = await asyncio.to_thread(QdrantClient, url="http://localhost:6333")
    client.count("docs")  # error: QDR101
    loop = asyncio.get_running_loop()
    other = await loop.run_in_executor(None, connect)
    other.count("docs")  # error: QDR101
    task = asyncio.create_task(asyncio.to_thread(connect))
    (await task).count("docs")  # error: QDR101
