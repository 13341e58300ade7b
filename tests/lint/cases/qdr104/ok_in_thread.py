"""The embedding is computed in a thread."""

import asyncio

from fastembed import TextEmbedding
from qdrant_client import AsyncQdrantClient
from sentence_transformers import SentenceTransformer

fast = TextEmbedding("BAAI/bge-small-en-v1.5")
slow = SentenceTransformer("all-MiniLM-L6-v2")
client = AsyncQdrantClient(url="http://localhost:6333")


async def find(text: str) -> int:
    vector = await asyncio.to_thread(slow.encode, text)
    other = await asyncio.to_thread(lambda: next(iter(fast.query_embed(text))))
    assert len(vector) == len(other)
    return len((await client.query_points("docs", query=vector.tolist())).points)


async def main() -> None:
    await find("desert planet")
