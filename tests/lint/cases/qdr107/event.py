"""An event that is set once lets only the first call make the collection."""

import asyncio

from qdrant_client import QdrantClient


class Store:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")
        self.ready = asyncio.Event()

    async def prepare(self) -> None:
        if not self.ready.is_set():
            self.client.collection_exists("docs")  # error: QDR107
            self.ready.set()


store = Store()


async def main() -> None:
    await store.prepare()
    await store.prepare()
