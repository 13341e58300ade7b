"""A task runs the coroutine."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")
running: set[asyncio.Task[object]] = set()


async def forget_later(ids: list[int]) -> None:
    task = asyncio.create_task(client.delete("docs", points_selector=ids))
    running.add(task)
    task.add_done_callback(running.discard)


async def both(name: str) -> bool:
    loop = asyncio.get_running_loop()
    first = loop.create_task(client.collection_exists(name))
    second = asyncio.ensure_future(client.collection_exists(f"{name}-archive"))
    return await first and await second


async def main() -> None:
    await forget_later([1])
    await both("docs")
    await asyncio.gather(*running)
