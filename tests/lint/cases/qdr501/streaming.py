"""Each chunk of a sync stream is waited for on the loop, and so is the first byte."""

from collections.abc import AsyncIterator

from openai import OpenAI
from qdrant_client import AsyncQdrantClient

openai = OpenAI()
client = AsyncQdrantClient(url="http://localhost:6333")


async def stream_answer(question: str) -> AsyncIterator[str]:
    points, _ = await client.scroll("docs", limit=3)
    prompt = f"{[point.payload for point in points]}\n{question}"
    stream = openai.chat.completions.create(  # error: QDR501
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": prompt}],
        stream=True,
    )
    for chunk in stream:
        yield chunk.choices[0].delta.content or ""


async def main() -> None:
    assert [text async for text in stream_answer("Who?")] == ["Dune"]
