"""The sync client embeds the document in the thread that calls it."""

import asyncio

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


async def find(text: str) -> int:
    document = models.Document(text=text, model="BAAI/bge-small-en-v1.5")
    response = await asyncio.to_thread(client.query_points, "docs", query=document)
    return len(response.points)


async def main() -> None:
    await find("desert planet")
