"""Shutting a pool down waits for its jobs, and so does the result of a loop in another thread."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def all_of(names: list[str]) -> None:
    pool = ThreadPoolExecutor()
    for name in names:
        pool.submit(client.count, name)
    pool.shutdown()  # error: QDR101


async def left_alone() -> None:
    pool = ThreadPoolExecutor()
    job = pool.submit(client.count, "docs")
    pool.shutdown(wait=False)
    await asyncio.wrap_future(job)


async def main() -> None:
    await all_of(["docs", "docs"])
    await left_alone()
