"""A facade does the client's work in a thread, and nobody awaits it."""

import asyncio

from qdrant_client import QdrantClient


class Articles:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    async def forget(self, name: str) -> None:
        await asyncio.to_thread(self.client.delete_collection, name)

    async def forget_all(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._forget_all)

    def _forget_all(self) -> None:
        for one in self.client.get_collections().collections:
            self.client.delete_collection(one.name)


async def main() -> None:
    articles = Articles()
    articles.forget("docs")  # error: QDR201
    articles.forget_all()  # error: QDR201
    await articles.forget("docs")
