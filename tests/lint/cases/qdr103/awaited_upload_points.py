"""`await client.upload_points()` blocks, and then fails: there is nothing to await."""

from qdrant_client import AsyncQdrantClient, models


class Importer:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client

    async def run(self, points: list[models.PointStruct]) -> None:
        await self.client.upload_points(  # error: QDR103
            collection_name="docs",
            points=points,
        )


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    importer = Importer(client)
    await importer.run([models.PointStruct(id=1, vector=[0.1, 0.2])])
    await client.close()
