"""Each plain method runs a loop of its own around the client of the object."""

# requires: 3.11

import asyncio

from qdrant_client import AsyncQdrantClient


class Store:
    def __init__(self) -> None:
        self.client = AsyncQdrantClient(url="http://localhost:6333")

    def size(self) -> int:
        return asyncio.run(self._size())

    def forget(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self.client.delete_collection("docs"))  # error: QDR302

    async def _size(self) -> int:
        return (await self.client.count("docs")).count


def main() -> None:
    store = Store()
    store.size()
    store.forget()
