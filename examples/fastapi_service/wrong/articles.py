"""The articles in Qdrant. Reads still use the synchronous client."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from embedding import DIMENSION, embed
from pydantic import BaseModel, Field
from qdrant_client import AsyncQdrantClient, QdrantClient, models

COLLECTION = "articles"


class Article(BaseModel):
    id: UUID = Field(default_factory=uuid4)
    title: str
    text: str


class Articles:
    def __init__(self, url: str) -> None:
        self.client = QdrantClient(url=url)
        self.async_client = AsyncQdrantClient(url=url)

    async def prepare(self) -> None:
        if not await self.async_client.collection_exists(COLLECTION):
            vectors = models.VectorParams(size=DIMENSION, distance=models.Distance.COSINE)
            await self.async_client.create_collection(COLLECTION, vectors_config=vectors)

    def search(self, text: str, limit: int = 3) -> list[Article]:
        answer = self.client.query_points(COLLECTION, query=embed(text), limit=limit)
        return [
            Article.model_validate({"id": point.id, **(point.payload or {})})
            for point in answer.points
        ]

    async def add(self, article: Article) -> None:
        self.async_client.upsert(COLLECTION, points=[as_point(article)])

    async def add_all(self, articles: Iterable[Article]) -> None:
        await self.async_client.upload_points(COLLECTION, map(as_point, articles))

    async def close(self) -> None:
        self.client.close()
        await self.async_client.close()


def as_point(article: Article) -> models.PointStruct:
    return models.PointStruct(
        id=str(article.id),
        vector=embed(f"{article.title} {article.text}"),
        payload={"title": article.title, "text": article.text},
    )
