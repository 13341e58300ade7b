"""`to_thread` gets the result instead of the function: the call ran on the loop."""

import asyncio

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def size() -> int:
    result = await asyncio.to_thread(client.count("docs"))  # error: QDR101
    return result.count


async def main() -> None:
    await size()
