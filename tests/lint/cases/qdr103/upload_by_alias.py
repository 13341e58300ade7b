"""The upload method under another name, and bound to its collection."""

from functools import partial

from qdrant_client import AsyncQdrantClient, models


async def load(points: list[models.PointStruct]) -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    upload = client.upload_points
    upload("docs", points=points)  # error: QDR103
    upload_to_archive = partial(client.upload_points, "archive")
    upload_to_archive(points=points)  # error: QDR103
    await client.close()


async def main() -> None:
    await load([models.PointStruct(id=1, vector=[0.1, 0.2])])
