"""Vectors that were embedded elsewhere need no computing here."""

import asyncio

from fastembed import TextEmbedding
from qdrant_client import AsyncQdrantClient, models

model = TextEmbedding("BAAI/bge-small-en-v1.5")
client = AsyncQdrantClient(url="http://localhost:6333")


async def index(texts: list[str]) -> None:
    vectors = await asyncio.to_thread(lambda: list(model.embed(texts)))
    points = [
        models.PointStruct(id=i, vector=vector.tolist(), payload={"text": text})
        for i, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    ]
    await client.upsert("docs", points=points)


async def main() -> None:
    await index(["desert", "planet"])
