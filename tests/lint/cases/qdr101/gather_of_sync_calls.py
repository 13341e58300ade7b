"""`gather` gets results instead of coroutines: the calls ran one after the other."""

import asyncio

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def sizes() -> list[int]:
    results = await asyncio.gather(
        client.count("docs"),  # error: QDR101
        client.count("images"),  # error: QDR101
    )
    return [result.count for result in results]


async def main() -> None:
    await sizes()
