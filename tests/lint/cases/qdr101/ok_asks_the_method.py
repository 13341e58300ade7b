"""The program asks whether the method is a coroutine function."""

import asyncio
import inspect
from typing import Any

from qdrant_client import AsyncQdrantClient, QdrantClient


async def call(client: QdrantClient | AsyncQdrantClient, method: str, *args: Any) -> Any:
    function = getattr(client, method)
    if inspect.iscoroutinefunction(function):
        return await function(*args)
    return await asyncio.to_thread(function, *args)


async def size(client: QdrantClient | AsyncQdrantClient, name: str) -> int:
    if type(client) is AsyncQdrantClient:
        return (await client.count(name)).count
    raise TypeError("size() needs the async client")


async def main() -> None:
    assert (await call(QdrantClient(url="http://localhost:6333"), "count", "docs")).count == 2
    client = AsyncQdrantClient(url="http://localhost:6333")
    assert await size(client, "docs") == 2
    await client.close()
