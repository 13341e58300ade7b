"""One coroutine is gathered, the other was only made."""

import asyncio

from openai import AsyncOpenAI
from qdrant_client import AsyncQdrantClient

openai = AsyncOpenAI()
client = AsyncQdrantClient(url="http://localhost:6333")
MODEL = "text-embedding-3-small"


async def prepare(text: str) -> int:
    warm_up = openai.embeddings.create(model=MODEL, input="hello")  # error: QDR502
    size, embedding = await asyncio.gather(
        client.count("docs"),
        openai.embeddings.create(model=MODEL, input=text),
    )
    return size.count + len(embedding.data)


async def main() -> None:
    await prepare("desert planet")
