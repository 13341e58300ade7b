"""The wrapper asks whether a loop runs before it starts one."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from qdrant_client import AsyncQdrantClient


async def count(name: str) -> int:
    client = AsyncQdrantClient(url="http://localhost:6333")
    result = await client.count(name)
    await client.close()
    return result.count


def count_sync(name: str) -> int:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(count(name))
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, count(name)).result()


async def main() -> None:
    assert await asyncio.to_thread(count_sync, "docs") == 2
