"""A decorator may be a class, keep what it awaited in a cache, or take options or none."""

import functools
from collections.abc import Callable
from typing import Any

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


class Told:
    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    async def __call__(self, *given: Any) -> Any:
        return await self.function(*given)


def told(function: Any = None, *, loudly: bool = False) -> Any:
    def wrap(inner: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(inner)
        async def telling(*given: Any) -> Any:
            return await inner(*given)

        return telling

    return wrap(function) if function else wrap


@Told
async def forget() -> None:
    await client.delete_collection("docs")


@told
async def forget_too() -> None:
    await client.delete_collection("docs")


async def main() -> None:
    forget()  # error: QDR201
    forget_too()  # error: QDR201
    await forget()
