"""Each run has a client of its own, whichever way it is kept."""

import asyncio

from qdrant_client import AsyncQdrantClient

_kept: dict[str, AsyncQdrantClient] = {}


def shelf(name: str) -> AsyncQdrantClient:
    return _kept.setdefault(name, AsyncQdrantClient(url="http://localhost:6333"))


async def size(name: str) -> int:
    return (await shelf(name).count("docs")).count


class Store:
    def __init__(self) -> None:
        self.client = AsyncQdrantClient(url="http://localhost:6333")

    async def size(self) -> int:
        return (await self.client.count("docs")).count


def main() -> None:
    for name in ("a", "b"):
        asyncio.run(size(name))
    for _ in range(2):
        asyncio.run(Store().size())
