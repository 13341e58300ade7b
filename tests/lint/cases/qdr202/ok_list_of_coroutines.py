"""A list of coroutines is a list: it has a length and can be iterated."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def sizes(names: list[str]) -> list[int]:
    jobs = [client.count(name) for name in names]
    print(f"asking for {len(jobs)} sizes")
    if not jobs:
        return []
    first, *others = jobs
    results = [await first, *[await job for job in others]]
    return [result.count for result in results]


async def pairs(names: list[str]) -> dict[str, bool]:
    answers = await asyncio.gather(*(client.collection_exists(name) for name in names))
    return dict(zip(names, answers, strict=True))


async def main() -> None:
    await sizes(["docs", "images"])
    await pairs(["docs", "images"])
