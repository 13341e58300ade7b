"""As many requests at once as there are vectors, be it a million."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def find_all(vectors: list[list[float]]) -> int:
    responses = await asyncio.gather(  # error: QDR402
        *(client.query_points("docs", query=vector) for vector in vectors)
    )
    return sum(len(response.points) for response in responses)


async def main() -> None:
    await find_all([[0.1, i / 100] for i in range(100)])
