"""The articles in Qdrant."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from embedding import DIMENSION, embed
from pydantic import BaseModel, Field
from qdrant_client import AsyncQdrantClient, models

COLLECTION = "articles"
BATCH = 64


class Article(BaseModel):
    id: UUID = Field(default_factory=uuid4)
    title: str
    text: str


class Articles:
    def __init__(self, url: str) -> None:
        self.client = AsyncQdrantClient(url=url)

    async def prepare(self) -> None:
        if not await self.client.collection_exists(COLLECTION):
            vectors = models.VectorParams(size=DIMENSION, distance=models.Distance.COSINE)
            await self.client.create_collection(COLLECTION, vectors_config=vectors)

    async def search(self, text: str, limit: int = 3) -> list[Article]:
        answer = await self.client.query_points(COLLECTION, query=embed(text), limit=limit)
        return [
            Article.model_validate({"id": point.id, **(point.payload or {})})
            for point in answer.points
        ]

    async def add(self, article: Article) -> None:
        await self.client.upsert(COLLECTION, points=[as_point(article)])

    async def add_all(self, articles: Sequence[Article]) -> None:
        for start in range(0, len(articles), BATCH):
            batch = articles[start : start + BATCH]
            await self.client.upsert(COLLECTION, points=[as_point(each) for each in batch])

    async def close(self) -> None:
        await self.client.close()


def as_point(article: Article) -> models.PointStruct:
    return models.PointStruct(
        id=str(article.id),
        vector=embed(f"{article.title} {article.text}"),
        payload={"title": article.title, "text": article.text},
    )
