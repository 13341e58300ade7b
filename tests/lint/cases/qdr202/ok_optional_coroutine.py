"""Asking whether there is a coroutine at all is not asking for its result."""

import inspect
from collections.abc import Awaitable

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def finish(job: Awaitable[object] | None) -> object:
    return await job if job is not None else None


async def size(name: str) -> int:
    result = client.count(name)
    if inspect.iscoroutine(result) or inspect.isawaitable(result):
        result = await result
    return result.count


async def main() -> None:
    await finish(client.get_collections())
    await finish(None)
    await size("docs")
