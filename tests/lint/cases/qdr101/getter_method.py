"""The client comes from a method of the same class."""

from qdrant_client import QdrantClient, models


class SearchService:
    def __init__(self) -> None:
        self._cached: QdrantClient | None = None

    def _get_client(self) -> QdrantClient:
        if self._cached is None:
            self._cached = QdrantClient(url="http://localhost:6333")
        return self._cached

    async def find(self, vector: list[float]) -> list[models.ScoredPoint]:
        response = self._get_client().query_points("docs", query=vector)  # error: QDR101
        return response.points


async def main() -> None:
    await SearchService().find([0.1, 0.2, 0.3, 0.4])
