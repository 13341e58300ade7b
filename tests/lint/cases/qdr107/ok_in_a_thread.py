"""The first call does its work in a thread."""

import asyncio

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


class Shelf:
    names: list[str] | None = None

    def load(self) -> list[str]:
        if self.names is None:
            self.names = [one.name for one in client.get_collections().collections]
        return self.names

    async def all_names(self) -> list[str]:
        return await asyncio.to_thread(self.load)


async def main() -> None:
    shelf = Shelf()
    await shelf.all_names()
    await shelf.all_names()
