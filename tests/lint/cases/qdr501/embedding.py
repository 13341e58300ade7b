"""The search awaits Qdrant, and blocks for the embedding before."""

import openai
from qdrant_client import AsyncQdrantClient, models


class Retriever:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client
        self.openai = openai.OpenAI()

    async def find(self, text: str) -> list[models.ScoredPoint]:
        embedding = self.openai.embeddings.create(  # error: QDR501
            model="text-embedding-3-small", input=text
        )
        vector = embedding.data[0].embedding
        return (await self.client.query_points("docs", query=vector)).points


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await Retriever(client).find("desert planet")
    await client.close()
