"""One `asyncio.run` around everything: one loop, one client."""

import asyncio

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def index(title: str, vector: list[float]) -> None:
    point = models.PointStruct(id=1, vector=vector, payload={"title": title})
    await client.upsert("docs", points=[point])


async def work() -> None:
    await index("Dune", [0.1, 0.2])
    await client.query_points("docs", query=[0.1, 0.2])
    await client.close()


def main() -> None:
    asyncio.run(work())
