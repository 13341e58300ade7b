"""Each job of a pool runs a loop of its own around the client of the module."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def size(name: str) -> int:
    return (await client.count(name)).count


def work(name: str) -> int:
    return asyncio.run(size(name))  # error: QDR302


def main() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert list(pool.map(work, ["docs", "docs"])) == [2, 2]
