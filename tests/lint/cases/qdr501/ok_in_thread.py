"""The sync clients in threads leave the loop free."""

import asyncio

import cohere
from openai import OpenAI
from qdrant_client import AsyncQdrantClient

openai = OpenAI()
reranker = cohere.ClientV2()
client = AsyncQdrantClient(url="http://localhost:6333")


async def search(text: str) -> int:
    embedding = await asyncio.to_thread(
        openai.embeddings.create, model="text-embedding-3-small", input=text
    )
    hits = await client.query_points("docs", query=embedding.data[0].embedding)
    documents = [str(hit.payload) for hit in hits.points]
    ranking = await asyncio.to_thread(
        lambda: reranker.rerank(model="rerank-v3.5", query=text, documents=documents)
    )
    return len(ranking.results)


async def main() -> None:
    assert await search("desert planet") == 2
