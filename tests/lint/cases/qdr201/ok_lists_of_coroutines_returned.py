"""The function returns coroutines in a container, its caller awaits them."""

import asyncio
from typing import Any

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def plan(names: list[str]) -> list[Any]:
    return [client.create_snapshot(name) for name in names]


async def prepare(name: str) -> dict[str, Any]:
    return {"size": client.count(name), "info": client.get_collection(name)}


async def both(name: str) -> tuple[Any, Any]:
    size, exists = client.count(name), client.collection_exists(name)
    return size, exists


async def main() -> None:
    await asyncio.gather(*plan(["docs", "images"]))
    for job in (await prepare("docs")).values():
        await job
    size, exists = await both("docs")
    assert await exists
    assert (await size).count == 2
