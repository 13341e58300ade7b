"""Coroutine functions whose result is dropped rightly: something else has started them."""

import asyncio
from collections.abc import Callable
from typing import Any

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")
tasks: set[asyncio.Task[Any]] = set()


def started(function: Callable[..., Any]) -> Callable[..., Any]:
    def start(*args: Any) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(function(*args))
        tasks.add(task)
        return task

    return start


class Store:
    async def count(self) -> int:
        return (await client.count("docs")).count


class Started(Store):
    def count(self) -> asyncio.Task[int]:  # type: ignore[override]
        task = asyncio.get_running_loop().create_task(super().count())
        tasks.add(task)
        return task


@started
async def count() -> int:
    return (await client.count("docs")).count


async def main(store: Store = Started()) -> None:
    count()
    store.count()
    await asyncio.gather(*tasks)
