"""The embedding helper runs in a thread."""

import asyncio

from openai import OpenAI
from qdrant_client import AsyncQdrantClient, models

openai = OpenAI()
client = AsyncQdrantClient(url="http://localhost:6333")


def embed(text: str) -> list[float]:
    response = openai.embeddings.create(model="text-embedding-3-small", input=text)
    return response.data[0].embedding


async def find(text: str) -> list[models.ScoredPoint]:
    vector = await asyncio.to_thread(embed, text)
    return (await client.query_points("docs", query=vector)).points


async def main() -> None:
    await find("desert planet")
