"""`encode` keeps the processor busy, and with it the loop."""

from qdrant_client import AsyncQdrantClient, models
from sentence_transformers import SentenceTransformer


class Indexer:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client
        self.model = SentenceTransformer("all-MiniLM-L6-v2")

    async def index(self, texts: list[str]) -> None:
        vectors = self.model.encode(texts)  # error: QDR104
        points = [
            models.PointStruct(id=i, vector=vector.tolist()) for i, vector in enumerate(vectors)
        ]
        await self.client.upsert("docs", points=points)


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await Indexer(client).index(["desert", "planet"])
    await client.close()
