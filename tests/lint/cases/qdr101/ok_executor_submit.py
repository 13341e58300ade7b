"""An executor's future is wrapped and awaited."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def sizes(names: list[str]) -> list[int]:
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(client.count, name) for name in names]
        results = await asyncio.gather(*map(asyncio.wrap_future, futures))
        last = pool.submit(lambda: client.count(names[-1]))
        await asyncio.wrap_future(last)
    return [result.count for result in results]


async def main() -> None:
    await sizes(["docs", "images"])
