"""All three services are awaited."""

import asyncio

import cohere
from openai import AsyncOpenAI
from qdrant_client import AsyncQdrantClient

openai = AsyncOpenAI()
reranker = cohere.AsyncClientV2()
client = AsyncQdrantClient(url="http://localhost:6333")


async def answer(question: str) -> str:
    embedding = await openai.embeddings.create(model="text-embedding-3-small", input=question)
    hits = await client.query_points("docs", query=embedding.data[0].embedding)
    texts = [str(hit.payload) for hit in hits.points]
    ranking, completion = await asyncio.gather(
        reranker.rerank(model="rerank-v3.5", query=question, documents=texts),
        openai.with_options(timeout=5).chat.completions.create(
            model="gpt-4o-mini", messages=[{"role": "user", "content": question}]
        ),
    )
    return f"{completion.choices[0].message.content} {len(ranking.results)}"


async def main() -> None:
    assert await answer("Who?") == "Dune 2"
