"""A coroutine function of one's own that does a client's work, called without `await`."""

from qdrant_client import AsyncQdrantClient, QdrantClient, models

plain_client = QdrantClient(url="http://localhost:6333")


class Store:
    def __init__(self) -> None:
        self.client = AsyncQdrantClient(url="http://localhost:6333")

    async def save(self, number: int) -> None:
        point = models.PointStruct(id=number, vector=[0.1, 0.2, 0.3, 0.4])
        await self.client.upsert("docs", points=[point])

    async def save_all(self, numbers: list[int]) -> None:
        for number in numbers:
            await self.save(number)


async def main() -> None:
    store = Store()
    store.save(1)  # error: QDR201
    store.save_all([2, 3])  # error: QDR201
    await store.save(4)
