"""The loop calls callbacks itself, so a blocking one stops it."""

import asyncio

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def refresh() -> None:
    client.get_collections()


def report(task: "asyncio.Task[None]") -> None:
    client.count("docs")


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.call_soon(refresh)  # error: QDR102
    loop.call_later(0.01, refresh)  # error: QDR102
    task = asyncio.create_task(asyncio.sleep(0.02))
    task.add_done_callback(report)  # error: QDR102
    await task
    await asyncio.sleep(0)
