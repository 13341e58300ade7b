"""The async client, awaited, never blocks."""

from qdrant_client import AsyncQdrantClient, models


class DocumentRepository:
    def __init__(self, url: str) -> None:
        self.client = AsyncQdrantClient(url=url)

    async def find(self, vector: list[float]) -> list[models.ScoredPoint]:
        response = await self.client.query_points("docs", query=vector)
        return response.points


async def main() -> None:
    repository = DocumentRepository("http://localhost:6333")
    await repository.find([0.1, 0.2, 0.3, 0.4])
    await repository.client.close()
