"""`client or QdrantClient(...)`: given or made here, it blocks."""

from typing import Optional

from qdrant_client import QdrantClient, models


class VectorStore:
    def __init__(self, client: Optional[QdrantClient] = None) -> None:
        self.client = client or QdrantClient(url="http://localhost:6333")

    async def add(self, points: list[models.PointStruct]) -> None:
        self.client.upsert("docs", points=points)  # error: QDR101


async def main() -> None:
    await VectorStore().add([models.PointStruct(id=1, vector=[0.1, 0.2])])
