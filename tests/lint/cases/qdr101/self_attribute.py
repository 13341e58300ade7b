"""A repository that keeps a sync client blocks in each of its coroutines."""

from qdrant_client import QdrantClient, models


class DocumentRepository:
    def __init__(self, url: str) -> None:
        self.client = QdrantClient(url=url)
        self.collection = "docs"

    async def get(self, ids: list[int]) -> list[models.Record]:
        return self.client.retrieve(self.collection, ids=ids)  # error: QDR101

    async def remove(self, ids: list[int]) -> None:
        self.client.delete(self.collection, points_selector=ids)  # error: QDR101


async def main() -> None:
    repository = DocumentRepository("http://localhost:6333")
    await repository.get([1, 2])
    await repository.remove([1])
