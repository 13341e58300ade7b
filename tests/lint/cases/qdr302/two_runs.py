"""The second `asyncio.run` has a new loop, and the client belongs to the first."""

import asyncio

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


def index(title: str, vector: list[float]) -> None:
    point = models.PointStruct(id=1, vector=vector, payload={"title": title})
    asyncio.run(client.upsert("docs", points=[point]))


def search(vector: list[float]) -> list[models.ScoredPoint]:
    return asyncio.run(client.query_points("docs", query=vector)).points  # error: QDR302


def main() -> None:
    index("Dune", [0.1, 0.2])
    search([0.1, 0.2])
