"""Awaited at once, awaited later, and streamed."""

import asyncio
from collections.abc import AsyncIterator

from openai import AsyncOpenAI
from qdrant_client import AsyncQdrantClient

openai = AsyncOpenAI()
client = AsyncQdrantClient(url="http://localhost:6333")
MODEL = "text-embedding-3-small"


async def embed(texts: list[str]) -> list[list[float]]:
    jobs = [openai.embeddings.create(model=MODEL, input=text) for text in texts]
    return [response.data[0].embedding for response in await asyncio.gather(*jobs)]


async def stream(prompt: str) -> AsyncIterator[str]:
    chunks = await openai.chat.completions.create(
        model="gpt-4o-mini", messages=[{"role": "user", "content": prompt}], stream=True
    )
    async for chunk in chunks:
        yield chunk.choices[0].delta.content or ""


async def main() -> None:
    vectors = await embed(["desert", "planet"])
    await asyncio.gather(*(client.query_points("docs", query=vector) for vector in vectors))
    assert [text async for text in stream("Who?")] == ["Dune"]
