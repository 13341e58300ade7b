"""A thread hands the coroutine to the loop and waits for it there."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def size_from_thread(loop: asyncio.AbstractEventLoop) -> int:
    future = asyncio.run_coroutine_threadsafe(client.count("docs"), loop)
    return future.result(timeout=5).count


async def main() -> None:
    loop = asyncio.get_running_loop()
    assert await asyncio.to_thread(size_from_thread, loop) == 2
