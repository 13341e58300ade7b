"""The futures of a pool are awaited, or asked when they are done."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
pool = ThreadPoolExecutor()


async def wrapped() -> object:
    future = pool.submit(client.get_collections)
    await asyncio.wrap_future(future)
    return future.result()


async def asked() -> object:
    future = pool.submit(client.get_collections)
    while not future.done():
        await asyncio.sleep(0.001)
    return future.result() if future.done() else None


async def in_a_block(keys: list[str]) -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as workers:
        jobs = [loop.run_in_executor(workers, client.get_collection, key) for key in keys]
        await asyncio.gather(*jobs)


async def main() -> None:
    await wrapped()
    await asked()
    await in_a_block(["docs", "notes"])
