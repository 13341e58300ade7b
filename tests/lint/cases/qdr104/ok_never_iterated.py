"""`embed` of fastembed is a generator: it is made here, and iterated in a thread."""

import asyncio

from fastembed import TextEmbedding
from qdrant_client import AsyncQdrantClient

model = TextEmbedding("BAAI/bge-small-en-v1.5")
client = AsyncQdrantClient(url="http://localhost:6333")


async def embed(texts: list[str]) -> list[list[float]]:
    vectors = model.embed(texts)
    return [vector.tolist() for vector in await asyncio.to_thread(list, vectors)]


async def main() -> None:
    for vector in await embed(["desert", "planet"]):
        await client.query_points("docs", query=vector)
