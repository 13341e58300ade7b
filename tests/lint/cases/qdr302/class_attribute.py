"""All objects of the class use its one client, made at once or on first use."""

from __future__ import annotations

import asyncio

from qdrant_client import AsyncQdrantClient


class Store:
    client = AsyncQdrantClient(url="http://localhost:6333")

    async def size(self) -> int:
        return (await self.client.count("docs")).count


class Lazy:
    _client: AsyncQdrantClient | None = None

    @classmethod
    def get(cls) -> AsyncQdrantClient:
        if cls._client is None:
            cls._client = AsyncQdrantClient(url="http://localhost:6333")
        return cls._client


async def lazy_size() -> int:
    return (await Lazy.get().count("docs")).count


def main() -> None:
    asyncio.run(Store().size())
    asyncio.run(Store().size())  # error: QDR302
    asyncio.run(lazy_size())
    asyncio.run(lazy_size())  # error: QDR302
