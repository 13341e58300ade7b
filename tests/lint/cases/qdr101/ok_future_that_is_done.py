"""The result of a job that is done already is there at once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
pool = ThreadPoolExecutor()


async def main() -> None:
    future = pool.submit(client.get_collections)
    while not future.done():
        await asyncio.sleep(0)
    print(future.result())
    other = pool.submit(client.get_collections)
    await asyncio.wrap_future(other)
    print(other.result())
