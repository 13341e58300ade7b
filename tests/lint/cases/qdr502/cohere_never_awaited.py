"""The async Cohere client's coroutine gets a name and is never awaited."""

import cohere
from qdrant_client import AsyncQdrantClient

reranker = cohere.AsyncClientV2()
client = AsyncQdrantClient(url="http://localhost:6333")


async def search(question: str, vector: list[float]) -> list[str]:
    hits = (await client.query_points("docs", query=vector)).points
    texts = [str(hit.payload) for hit in hits]
    ranking = reranker.rerank(  # error: QDR502
        model="rerank-v3.5", query=question, documents=texts
    )
    return texts


async def main() -> None:
    await search("Who?", [0.1, 0.2])
