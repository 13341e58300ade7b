"""A thread that "runs" a coroutine function only makes the coroutine."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")
pool = ThreadPoolExecutor()


async def forget(name: str) -> None:
    await client.delete_collection(name)


async def main() -> None:
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(client.delete_collection, "docs")  # error: QDR201
    await asyncio.to_thread(forget, "docs")  # error: QDR201
    await loop.run_in_executor(pool, client.delete_collection, "docs")  # error: QDR201
    await loop.run_in_executor(None, partial(client.delete_collection, "docs"))  # error: QDR201
    await asyncio.to_thread(lambda: client.delete_collection("docs"))  # error: QDR201
    pool.submit(forget, "docs")  # error: QDR201
    list(pool.map(client.delete_collection, ["docs"]))  # error: QDR201
    await (await asyncio.to_thread(client.delete_collection, "docs"))
    await asyncio.gather(*pool.map(forget, ["docs"]))
    pool.shutdown()
