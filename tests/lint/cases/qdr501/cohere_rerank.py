"""Hits of the async client are reranked by a sync one."""

import cohere
from qdrant_client import AsyncQdrantClient

reranker = cohere.ClientV2()
client = AsyncQdrantClient(url="http://localhost:6333")


async def search(question: str, vector: list[float]) -> list[str]:
    hits = (await client.query_points("docs", query=vector, limit=50)).points
    texts = [str(hit.payload) for hit in hits]
    ranking = reranker.rerank(  # error: QDR501
        model="rerank-v3.5", query=question, documents=texts, top_n=3
    )
    return [texts[result.index] for result in ranking.results]


async def main() -> None:
    await search("Who lives on Arrakis?", [0.1, 0.2])
