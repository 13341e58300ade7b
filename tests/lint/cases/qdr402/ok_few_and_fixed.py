"""The number of requests is written in the program."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def sizes() -> list[int]:
    names = ("docs", "images", "notes")
    results = await asyncio.gather(*(client.count(name) for name in names))
    both = await asyncio.gather(*[client.count(name) for name in ["docs", "images"]])
    return [result.count for result in [*results, *both]]


async def main() -> None:
    assert await sizes() == [2] * 5
