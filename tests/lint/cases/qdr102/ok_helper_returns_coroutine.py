"""The helper returns the async client's coroutine: nothing blocks, the caller awaits."""

from collections.abc import Awaitable
from typing import Any

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def count(name: str) -> Awaitable[Any]:
    return client.count(name, exact=True)


class Store:
    def exists(self, name: str) -> Awaitable[bool]:
        return client.collection_exists(name)


async def main() -> None:
    assert (await count("docs")).count == 2
    assert await Store().exists("docs")
