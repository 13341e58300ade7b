"""An object that can be awaited gets its iterator from the coroutine."""

from collections.abc import Generator
from typing import Any

from qdrant_client import AsyncQdrantClient


class Count:
    def __init__(self, client: AsyncQdrantClient, name: str) -> None:
        self.client = client
        self.name = name

    def __await__(self) -> Generator[Any, Any, Any]:
        return self.client.count(self.name).__await__()


class Store:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client

    @property
    def names(self) -> Any:
        return self.client.get_collections()


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    assert (await Count(client, "docs")).count == 2
    assert (await Store(client).names).collections
    await client.close()
