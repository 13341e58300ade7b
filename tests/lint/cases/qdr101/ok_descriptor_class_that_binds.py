"""A descriptor class that wraps a method and hands its calls to a thread makes no attribute."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from qdrant_client import QdrantClient


class threaded:
    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __get__(self, instance: Any, owner: type | None = None) -> Callable[..., Awaitable[Any]]:
        return partial(asyncio.to_thread, self.function, instance)


class Store:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    @threaded
    def size(self) -> int:
        return self.client.count("docs").count


async def main() -> None:
    assert await Store().size() == 2
