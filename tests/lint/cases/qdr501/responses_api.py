"""The client from a factory, and the newer Responses API."""

from functools import lru_cache

from openai import OpenAI
from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


@lru_cache
def get_openai() -> OpenAI:
    return OpenAI(timeout=20)


async def summarise(name: str) -> str:
    points, _ = await client.scroll(name, limit=10)
    text = " ".join(str(point.payload) for point in points)
    response = get_openai().responses.create(model="gpt-4o-mini", input=text)  # error: QDR501
    return response.output_text


async def main() -> None:
    assert await summarise("docs") == "Dune"
