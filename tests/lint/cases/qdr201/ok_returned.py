"""A function that returns the coroutine leaves the `await` to its caller."""

from collections.abc import Awaitable
from typing import Any

from qdrant_client import AsyncQdrantClient


class Store:
    def __init__(self) -> None:
        self.client = AsyncQdrantClient(url="http://localhost:6333")

    def exists(self, name: str) -> Awaitable[bool]:
        return self.client.collection_exists(name)

    def drop(self, name: str, *, archive: bool) -> Any:
        job = self.client.delete_collection(f"{name}-archive" if archive else name)
        return job

    async def prepare(self, name: str) -> Awaitable[bool]:
        return self.client.collection_exists(name)


async def main() -> None:
    store = Store()
    assert await store.exists("docs")
    assert await (await store.prepare("docs"))
    assert await store.drop("docs", archive=True)
