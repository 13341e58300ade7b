"""The collection behind the endpoints, and a client of either kind."""

import os
from uuid import uuid4

from embedding import DIMENSION, embed
from qdrant_client import AsyncQdrantClient, QdrantClient, models

COLLECTION = "titles"
TOPICS = ("otters", "whales", "puffins", "seals", "terns")

URL = os.environ.get("QDRANT_URL", "http://localhost:6333")
client = QdrantClient(url=URL, check_compatibility=False)
async_client = AsyncQdrantClient(url=URL, check_compatibility=False)


def new_point(title: str) -> models.PointStruct:
    return models.PointStruct(id=str(uuid4()), vector=embed(title), payload={"title": title})


def titles(answer: models.QueryResponse) -> list[str]:
    return [point.payload["title"] for point in answer.points if point.payload]


async def prepare() -> None:
    if await async_client.collection_exists(COLLECTION):
        return
    vectors = models.VectorParams(size=DIMENSION, distance=models.Distance.COSINE)
    await async_client.create_collection(COLLECTION, vectors_config=vectors)
    points = [new_point(f"{topic} {number}") for topic in TOPICS for number in range(100)]
    await async_client.upsert(COLLECTION, points=points)
