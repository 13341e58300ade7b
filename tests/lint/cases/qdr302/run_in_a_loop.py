"""Each turn starts a new loop with the same client."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def drop(name: str) -> None:
    await client.delete_collection(name)


def main() -> None:
    for name in ("docs", "images"):
        asyncio.run(drop(name))  # error: QDR302
