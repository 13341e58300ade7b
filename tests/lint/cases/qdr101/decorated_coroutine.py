"""A decorator that keeps the coroutine changes nothing."""

import functools
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from qdrant_client import QdrantClient

T = TypeVar("T")
client = QdrantClient(url="http://localhost:6333")


def timed(function: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
    @functools.wraps(function)
    async def wrapper(*args: object, **kwargs: object) -> T:
        started = time.perf_counter()
        try:
            return await function(*args, **kwargs)
        finally:
            print(f"{function.__name__} took {time.perf_counter() - started:.3f} s")

    return wrapper


@timed
async def size(name: str) -> int:
    return client.count(name).count  # error: QDR101


async def main() -> None:
    await size("docs")
