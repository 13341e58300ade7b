"""The object keeps its client, and each of its plain methods starts a loop."""

import asyncio

from qdrant_client import AsyncQdrantClient


class Store:
    def __init__(self, url: str) -> None:
        self.client = AsyncQdrantClient(url=url)

    async def _count(self, name: str) -> int:
        return (await self.client.count(name)).count

    def count(self, name: str) -> int:
        return asyncio.run(self._count(name))  # error: QDR302


def main() -> None:
    store = Store("http://localhost:6333")
    assert store.count("docs") == store.count("images")
