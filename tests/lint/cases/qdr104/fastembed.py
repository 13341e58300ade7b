"""Embedding a text is pure computing, and the loop computes it."""

from fastembed import TextEmbedding
from qdrant_client import AsyncQdrantClient, models

model = TextEmbedding("BAAI/bge-small-en-v1.5")
client = AsyncQdrantClient(url="http://localhost:6333")


async def find(text: str) -> list[models.ScoredPoint]:
    vector = list(model.embed([text]))[0]  # error: QDR104
    response = await client.query_points("docs", query=vector.tolist())
    return response.points


async def main() -> None:
    await find("desert planet")
