"""A thread has no running loop, so it may start one."""

import asyncio
import threading

from qdrant_client import AsyncQdrantClient


async def work() -> int:
    client = AsyncQdrantClient(url="http://localhost:6333")
    result = await client.count("docs")
    await client.close()
    return result.count


def work_sync() -> int:
    return asyncio.run(work())


async def main() -> None:
    assert await asyncio.to_thread(work_sync) == 2
    assert await asyncio.to_thread(lambda: asyncio.run(work())) == 2
    worker = threading.Thread(target=work_sync)
    worker.start()
    await asyncio.to_thread(worker.join)
