"""A timeout cannot stop a call that blocks before the clock starts."""

import asyncio

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def size() -> int:
    result = await asyncio.wait_for(client.count("docs"), timeout=2)  # error: QDR101
    return result.count


async def main() -> None:
    await size()
