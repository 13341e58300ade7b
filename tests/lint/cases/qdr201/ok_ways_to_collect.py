"""Coroutines in queues, dictionaries, generators, and lists that grow."""

import asyncio
from collections import deque
from itertools import chain

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def queued(names: list[str]) -> int:
    queue: asyncio.Queue = asyncio.Queue()
    for name in names:
        await queue.put(client.count(name))
    waiting = deque([client.count("docs")])
    waiting.append(client.count("images"))
    total = (await waiting.popleft()).count + (await waiting.pop()).count
    while not queue.empty():
        total += (await queue.get_nowait()).count
    return total


async def paired(names: list[str]) -> dict[str, int]:
    jobs = (client.count(name) for name in names)
    return {name: (await job).count for name, job in zip(names, jobs, strict=True)}


async def grown(names: list[str]) -> int:
    jobs = [client.count("docs")]
    jobs += [client.count(name) for name in names]
    jobs.extend(map(lambda name: client.count(name), names))
    results = await asyncio.gather(*chain(jobs, [client.count("images")]))
    return sum(result.count for result in results)


async def main() -> None:
    names = ["docs", "images"]
    assert await queued(names) == 8
    assert await paired(names) == {"docs": 2, "images": 2}
    assert await grown(names) == 12
