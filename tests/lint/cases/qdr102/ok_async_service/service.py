import asyncio

from qdrant_client import QdrantClient


class Service:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")
        self.known = ["docs", "images"]

    def size(self, name: str) -> int:
        return self.client.count(name).count

    async def asize(self, name: str) -> int:
        return await asyncio.to_thread(self.size, name)

    def describe(self) -> str:
        return f"{len(self.known)} collections known"


service = Service()
