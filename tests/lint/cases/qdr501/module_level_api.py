"""The functions of the `openai` module itself are those of a sync client."""

import openai
from qdrant_client import AsyncQdrantClient

openai.api_key = "none"
client = AsyncQdrantClient(url="http://localhost:6333")


async def find(text: str) -> int:
    embedding = openai.embeddings.create(  # error: QDR501
        model="text-embedding-3-small", input=text
    )
    response = await client.query_points("docs", query=embedding.data[0].embedding)
    return len(response.points)


async def main() -> None:
    await find("desert planet")
