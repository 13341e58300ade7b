"""A callback is a plain function: what it makes, nobody awaits."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def on_done(task: "asyncio.Task[None]") -> None:
    client.create_snapshot("docs")  # error: QDR204


async def main() -> None:
    task = asyncio.create_task(asyncio.sleep(0))
    task.add_done_callback(on_done)
    await task
    await asyncio.sleep(0)
