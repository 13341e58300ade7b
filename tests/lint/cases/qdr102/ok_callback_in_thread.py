"""The callback only starts a thread; the request is made there."""

import asyncio

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def refresh() -> None:
    client.get_collections()


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: loop.run_in_executor(None, refresh))
    await asyncio.sleep(0)
