"""What a script embeds before the loop starts delays nobody."""

import asyncio

from fastembed import TextEmbedding
from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def search(vectors: list[list[float]]) -> None:
    await asyncio.gather(*(client.query_points("docs", query=vector) for vector in vectors))


def main() -> None:
    model = TextEmbedding("BAAI/bge-small-en-v1.5")
    vectors = [vector.tolist() for vector in model.embed(["desert", "planet"])]
    asyncio.run(search(vectors))
