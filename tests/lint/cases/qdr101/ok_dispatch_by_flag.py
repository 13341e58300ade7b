"""One attribute, either client: which one it is depends on a flag."""

from typing import Any

from qdrant_client import AsyncQdrantClient, QdrantClient


class Store:
    def __init__(self, url: str, *, asynchronous: bool) -> None:
        self.client: Any
        if asynchronous:
            self.client = AsyncQdrantClient(url=url)
        else:
            self.client = QdrantClient(url=url)

    async def size(self) -> int:
        return (await self.client.count("docs")).count


async def main() -> None:
    await Store("http://localhost:6333", asynchronous=True).size()
