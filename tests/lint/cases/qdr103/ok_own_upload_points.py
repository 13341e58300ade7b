"""A class of one's own may have an `upload_points` that is a coroutine."""

from itertools import islice

from qdrant_client import AsyncQdrantClient, models


class Uploader:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client

    async def upload_points(self, points: list[models.PointStruct]) -> None:
        iterator = iter(points)
        while batch := list(islice(iterator, 100)):
            await self.client.upsert("docs", points=batch)


class CarefulClient(AsyncQdrantClient):
    async def upload_points(self, collection_name: str, points: list[models.PointStruct]) -> None:
        await self.upsert(collection_name, points=points)


async def main() -> None:
    client = CarefulClient(url="http://localhost:6333")
    points = [models.PointStruct(id=1, vector=[0.1, 0.2])]
    await Uploader(client).upload_points(points)
    await client.upload_points("docs", points)
    await client.close()
