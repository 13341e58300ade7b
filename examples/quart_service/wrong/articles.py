"""The articles in Qdrant. Reads and single writes still use the synchronous client."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from uuid import uuid4

from embedding import DIMENSION, embed
from qdrant_client import AsyncQdrantClient, QdrantClient, models

COLLECTION = "articles"


@dataclass
class Article:
    title: str
    text: str
    id: str = field(default_factory=lambda: str(uuid4()))


class Articles:
    def __init__(self, url: str) -> None:
        self.client = QdrantClient(url=url)
        self.async_client = AsyncQdrantClient(url=url)

    async def prepare(self) -> None:
        if not await self.async_client.collection_exists(COLLECTION):
            vectors = models.VectorParams(size=DIMENSION, distance=models.Distance.COSINE)
            await self.async_client.create_collection(COLLECTION, vectors_config=vectors)

    async def search(self, text: str, limit: int = 3) -> list[Article]:
        answer = self.client.query_points(COLLECTION, query=embed(text), limit=limit)
        return [Article(**(point.payload or {})) for point in answer.points]

    async def add(self, article: Article) -> None:
        await self.client.upsert(COLLECTION, points=[as_point(article)])

    async def add_all(self, articles: Iterable[Article]) -> None:
        for article in articles:
            self.async_client.upsert(COLLECTION, points=[as_point(article)])

    def count(self) -> int:
        return self.client.count(COLLECTION).count

    async def close(self) -> None:
        self.client.close()
        await self.async_client.close()


def as_point(article: Article) -> models.PointStruct:
    vector = embed(f"{article.title} {article.text}")
    return models.PointStruct(id=article.id, vector=vector, payload=asdict(article))
