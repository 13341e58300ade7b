"""`asyncio.run` starts a loop, and one is running."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def size(name: str) -> int:
    return (await client.count(name)).count


async def total(names: list[str]) -> int:
    return sum(asyncio.run(size(name)) for name in names)  # error: QDR301


async def main() -> None:
    await total(["docs", "images"])
