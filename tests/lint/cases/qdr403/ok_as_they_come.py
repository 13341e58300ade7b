"""Points that arrive one at a time, with a pause between, are stored as they come."""

import asyncio
from collections.abc import AsyncIterator

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def messages() -> AsyncIterator[list[float]]:
    for i in range(2):
        await asyncio.sleep(0)
        yield [0.1, i / 10]


async def listen() -> None:
    number = 0
    async for vector in messages():
        number += 1
        await client.upsert("docs", points=[models.PointStruct(id=number, vector=vector)])


async def main() -> None:
    await listen()
