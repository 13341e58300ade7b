"""What is handed to a function is that function's business."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from qdrant_client import AsyncQdrantClient

T = TypeVar("T")
client = AsyncQdrantClient(url="http://localhost:6333")


async def limited(semaphore: asyncio.Semaphore, job: Awaitable[T]) -> T:
    async with semaphore:
        return await job


async def retry(make: Callable[[], Awaitable[T]], attempts: int = 3) -> T:
    for _ in range(attempts - 1):
        try:
            return await make()
        except ConnectionError:
            await asyncio.sleep(0.1)
    return await make()


async def main() -> None:
    semaphore = asyncio.Semaphore(4)
    await limited(semaphore, client.count("docs"))
    await retry(lambda: client.count("docs"))
