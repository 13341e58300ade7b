"""`wait_for`, `shield`, `wait` and `as_completed` await what they are given."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def size(name: str) -> int:
    return (await asyncio.wait_for(client.count(name), timeout=2)).count


async def store(ids: list[int]) -> None:
    await asyncio.shield(client.set_payload("docs", payload={"seen": True}, points=ids))


async def sizes(names: list[str]) -> list[int]:
    jobs = [client.count(name) for name in names]
    return [(await job).count for job in asyncio.as_completed(jobs)]


async def main() -> None:
    await size("docs")
    await store([1])
    await sizes(["docs", "images"])
