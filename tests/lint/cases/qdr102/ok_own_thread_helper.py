"""A helper of one's own moves any function to a thread."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from qdrant_client import QdrantClient

P = ParamSpec("P")
R = TypeVar("R")
client = QdrantClient(url="http://localhost:6333")


async def in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    return await asyncio.to_thread(function, *args, **kwargs)


def size(name: str) -> int:
    return client.count(name).count


async def main() -> None:
    assert await in_thread(size, "docs") == 2
    assert (await in_thread(client.count, "docs")).count == 2
    assert await in_thread(lambda: size("docs")) == 2
