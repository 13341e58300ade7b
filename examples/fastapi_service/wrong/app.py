"""A FastAPI service: uvicorn --app-dir examples fastapi_service.wrong.app:app"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request

from .articles import COLLECTION, Article, Articles


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.articles = Articles(os.environ.get("QDRANT_URL", "http://localhost:6333"))
    await app.state.articles.prepare()
    yield
    await app.state.articles.close()


def get_articles(request: Request) -> Articles:
    return request.app.state.articles


app = FastAPI(lifespan=lifespan)
Store = Annotated[Articles, Depends(get_articles)]


@app.get("/search")
async def search(q: str, articles: Store) -> list[Article]:
    return articles.search(q)


@app.post("/articles", status_code=201)
async def add(article: Article, articles: Store) -> Article:
    await articles.add(article)
    return article


@app.post("/articles/import", status_code=201)
async def add_all(batch: list[Article], articles: Store) -> dict[str, int]:
    await articles.add_all(batch)
    return {"imported": len(batch)}


@app.get("/count")
async def count(articles: Store) -> dict[str, int]:
    return {"count": articles.client.count(COLLECTION).count}


@app.get("/health")
async def health(articles: Store) -> dict[str, str]:
    if not articles.async_client.collection_exists(COLLECTION):
        raise HTTPException(503, "the collection is missing")
    return {"status": "ok"}
