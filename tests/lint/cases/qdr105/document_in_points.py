"""Documents inside the points of an `upsert`."""

from qdrant_client import AsyncQdrantClient, models


class Indexer:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client

    async def index(self, texts: list[str]) -> None:
        points = [
            models.PointStruct(
                id=i, vector=models.Document(text=text, model="BAAI/bge-small-en-v1.5")
            )
            for i, text in enumerate(texts)
        ]
        await self.client.upsert("docs", points=points)  # error: QDR105


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await Indexer(client).index(["desert", "planet"])
    await client.close()
