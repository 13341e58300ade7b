"""A subclass of the async client uploads through `self` and `super()`."""

from qdrant_client import AsyncQdrantClient, models


class DocumentClient(AsyncQdrantClient):
    async def add_documents(self, points: list[models.PointStruct]) -> None:
        self.upload_points("docs", points=points)  # error: QDR103

    async def add_again(self, points: list[models.PointStruct]) -> None:
        super().upload_points("docs", points=points)  # error: QDR103


async def main() -> None:
    client = DocumentClient(url="http://localhost:6333")
    points = [models.PointStruct(id=1, vector=[0.1, 0.2])]
    await client.add_documents(points)
    await client.add_again(points)
    await client.close()
