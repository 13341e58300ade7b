"""The embedding is read from a coroutine."""

from openai import AsyncOpenAI
from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


class Embedder:
    def __init__(self) -> None:
        self._openai = AsyncOpenAI()

    async def embed(self, text: str) -> list[float]:
        response = self._openai.embeddings.create(  # error: QDR502
            model="text-embedding-3-small", input=text
        )
        return response.data[0].embedding


async def main() -> None:
    vector = await Embedder().embed("desert planet")
    await client.query_points("docs", query=vector)
