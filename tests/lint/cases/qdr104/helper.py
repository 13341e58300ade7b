"""A helper hides the computing from the coroutine that calls it."""

from functools import lru_cache

from qdrant_client import AsyncQdrantClient
from sentence_transformers import SentenceTransformer

client = AsyncQdrantClient(url="http://localhost:6333")


@lru_cache(maxsize=1)
def get_model() -> SentenceTransformer:
    return SentenceTransformer("all-MiniLM-L6-v2")


def embed(text: str) -> list[float]:
    return get_model().encode(text).tolist()


async def find(text: str) -> int:
    response = await client.query_points("docs", query=embed(text))  # error: QDR104
    return len(response.points)


async def main() -> None:
    await find("desert planet")
