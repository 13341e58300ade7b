"""The plain wrapper works in scripts, and fails where a loop runs."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def count(name: str) -> int:
    return (await client.count(name)).count


def count_sync(name: str) -> int:
    return asyncio.run(count(name))


async def report(names: list[str]) -> dict[str, int]:
    return {name: count_sync(name) for name in names}  # error: QDR301


async def main() -> None:
    await report(["docs", "images"])
