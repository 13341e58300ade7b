"""A plain method of the same class reranks with the sync Cohere client."""

import cohere
from qdrant_client import AsyncQdrantClient


class Search:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client
        self.reranker = cohere.ClientV2()

    def _rerank(self, question: str, texts: list[str]) -> list[str]:
        ranking = self.reranker.rerank(model="rerank-v3.5", query=question, documents=texts)
        return [texts[result.index] for result in ranking.results]

    async def find(self, question: str, vector: list[float]) -> list[str]:
        hits = (await self.client.query_points("docs", query=vector)).points
        return self._rerank(question, [str(hit.payload) for hit in hits])  # error: QDR503


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await Search(client).find("Who?", [0.1, 0.2])
    await client.close()
