"""A repository that was moved to `await`, but not to the async client."""

from qdrant_client import QdrantClient, models


class Repository:
    def __init__(self, client: QdrantClient) -> None:
        self.client = client

    async def get(self, ids: list[int]) -> list[models.Record]:
        return await self.client.retrieve(  # error: QDR203
            collection_name="docs",
            ids=ids,
        )


async def main() -> None:
    await Repository(QdrantClient(url="http://localhost:6333")).get([1, 2])
