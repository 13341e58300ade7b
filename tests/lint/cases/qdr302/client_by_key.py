"""A cache of clients gives the same one for a key in every run."""

import asyncio

from qdrant_client import AsyncQdrantClient

_kept: dict[str, AsyncQdrantClient] = {}
_others: dict[str, AsyncQdrantClient] = {}


def shelf(name: str) -> AsyncQdrantClient:
    if name not in _kept:
        _kept[name] = AsyncQdrantClient(url="http://localhost:6333")
    return _kept[name]


def other_shelf(name: str) -> AsyncQdrantClient:
    client = _others.get(name)
    if client is None:
        client = AsyncQdrantClient(url="http://localhost:6333")
        _others[name] = client
    return client


async def size() -> int:
    return (await shelf("books").count("docs")).count


async def other_size(name: str) -> int:
    return (await other_shelf(name).count("docs")).count


def main() -> None:
    for _ in range(2):
        asyncio.run(size())  # error: QDR302
    asyncio.run(other_size("a"))
    asyncio.run(other_size("b"))
    asyncio.run(other_size("a"))  # error: QDR302
