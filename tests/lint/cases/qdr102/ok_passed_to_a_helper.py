"""A helper that keeps what it gets, or runs it in a thread, calls nothing here."""

import asyncio
from collections.abc import Callable
from typing import Any

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
later: list[Callable[..., Any]] = []


def remember(function: Callable[..., Any]) -> None:
    later.append(function)


def named(function: Callable[..., Any]) -> str:
    return function.__name__


async def in_a_thread(function: Callable[..., Any], *args: Any) -> Any:
    return await asyncio.to_thread(function, *args)


async def main() -> None:
    remember(client.count)
    named(client.count)
    assert (await in_a_thread(client.count, "docs")).count == 2
