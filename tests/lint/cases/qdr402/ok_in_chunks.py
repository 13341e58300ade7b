"""Chunks of eight requests, one chunk after the other."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def find_all(vectors: list[list[float]]) -> int:
    found = 0
    for start in range(0, len(vectors), 8):
        chunk = vectors[start : start + 8]
        responses = await asyncio.gather(*(client.query_points("docs", query=v) for v in chunk))
        found += sum(len(response.points) for response in responses)
    return found


async def main() -> None:
    assert await find_all([[0.1, i / 100] for i in range(20)]) == 40
