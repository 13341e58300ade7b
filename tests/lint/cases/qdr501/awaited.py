"""The sync client's answer cannot be awaited; the call has blocked before that."""

from openai import OpenAI
from qdrant_client import AsyncQdrantClient

openai = OpenAI()
client = AsyncQdrantClient(url="http://localhost:6333")


async def find(text: str) -> int:
    embedding = await openai.embeddings.create(  # error: QDR501
        model="text-embedding-3-small", input=text
    )
    hits = await client.query_points("docs", query=embedding.data[0].embedding)
    return len(hits.points)


async def main() -> None:
    await find("desert planet")
