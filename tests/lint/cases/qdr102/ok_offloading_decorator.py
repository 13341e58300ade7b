"""The decorator turns the blocking function into a coroutine that uses a thread."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from qdrant_client import QdrantClient

P = ParamSpec("P")
R = TypeVar("R")
client = QdrantClient(url="http://localhost:6333")


def threaded(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    @functools.wraps(function)
    async def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.to_thread(function, *args, **kwargs)

    return wrapper


@threaded
def size(name: str) -> int:
    return client.count(name).count


async def main() -> None:
    assert await size("docs") == 2
