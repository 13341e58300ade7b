"""A pool that gets a coroutine function makes coroutines that nobody awaits."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def forget(name: str) -> None:
    await client.delete_collection(name)


def forget_all(names: list[str]) -> None:
    with ThreadPoolExecutor() as pool:
        for name in names:
            pool.submit(client.delete_collection, name)  # error: QDR204
            pool.submit(forget, name)  # error: QDR204
        list(pool.map(client.delete_collection, names))  # error: QDR204


def forget_right(names: list[str]) -> None:
    with ThreadPoolExecutor() as pool:
        for coroutine in pool.map(forget, names):
            asyncio.run(coroutine)


def main() -> None:
    forget_all(["docs"])
    forget_right(["docs"])
