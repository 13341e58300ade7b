"""A chain on the coroutine of a client that `self` holds."""

from qdrant_client import AsyncQdrantClient, models


class Finder:
    def __init__(self, client: AsyncQdrantClient | None = None) -> None:
        self.client = client or AsyncQdrantClient(url="http://localhost:6333")

    async def find(self, vector: list[float]) -> list[models.ScoredPoint]:
        return self.client.query_points(  # error: QDR202
            collection_name="docs",
            query=vector,
            limit=5,
        ).points


async def main() -> None:
    await Finder().find([0.1, 0.2, 0.3, 0.4])
