"""The point is made in the argument of the `upsert`."""

from qdrant_client import AsyncQdrantClient, models


class Indexer:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client

    async def index(self, texts: dict[int, list[float]]) -> None:
        for point_id, vector in texts.items():
            await self.client.upsert(  # error: QDR403
                collection_name="docs",
                points=[models.PointStruct(id=point_id, vector=vector, payload={})],
            )


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await Indexer(client).index({1: [0.1, 0.2], 2: [0.3, 0.4]})
    await client.close()
