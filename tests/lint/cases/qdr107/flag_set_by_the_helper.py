"""The coroutine asks for the flag, and the helper that it calls sets it."""

import asyncio

from qdrant_client import QdrantClient


class Shelf:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")
        self.lock = asyncio.Lock()
        self.ready = False

    def _load(self) -> None:
        self.client.get_collection("docs")
        self.ready = True

    async def find(self) -> None:
        if not self.ready:
            async with self.lock:
                if not self.ready:
                    self._load()  # error: QDR107

    async def close(self) -> None:
        self.client.close()
        self.ready = False


async def main() -> None:
    shelf = Shelf()
    await shelf.find()
    await shelf.find()
    await shelf.close()
