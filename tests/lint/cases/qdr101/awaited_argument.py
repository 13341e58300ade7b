"""The arguments are awaited, the call itself blocks."""

import asyncio

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


async def embed(text: str) -> list[float]:
    await asyncio.sleep(0)
    return [float(len(text)), 1.0]


async def store(text: str) -> None:
    client.upsert(  # error: QDR101
        "docs",
        points=[models.PointStruct(id=1, vector=await embed(text), payload={"text": text})],
    )


async def main() -> None:
    await store("Dune")
