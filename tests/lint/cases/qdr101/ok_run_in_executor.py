"""`run_in_executor` calls the client in a thread."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")
executor = ThreadPoolExecutor(max_workers=4)


async def size() -> int:
    loop = asyncio.get_running_loop()
    return (await loop.run_in_executor(None, client.count, "docs")).count


async def find(vector: list[float]) -> list[models.ScoredPoint]:
    search = partial(client.query_points, "docs", query=vector, limit=3)
    response = await asyncio.get_running_loop().run_in_executor(executor, search)
    return response.points


async def exists(name: str) -> bool:
    loop = asyncio.get_event_loop()
    return await loop.run_in_executor(None, lambda: client.collection_exists(name))


async def main() -> None:
    await size()
    await find([0.1, 0.2, 0.3, 0.4])
    await exists("docs")
    executor.shutdown()
