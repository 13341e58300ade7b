"""The sync OpenAI client blocks the loop for as long as the model takes."""

from openai import OpenAI
from qdrant_client import AsyncQdrantClient

openai = OpenAI()
client = AsyncQdrantClient(url="http://localhost:6333")


async def answer(question: str, vector: list[float]) -> str | None:
    hits = (await client.query_points("docs", query=vector)).points
    context = "\n".join(str(hit.payload) for hit in hits)
    completion = openai.chat.completions.create(  # error: QDR501
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"{context}\n\n{question}"}],
    )
    return completion.choices[0].message.content


async def main() -> None:
    assert await answer("What is on Arrakis?", [0.1, 0.2]) == "Dune"
