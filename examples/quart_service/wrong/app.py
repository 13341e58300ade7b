"""A Quart service: uvicorn --app-dir examples --factory quart_service.wrong.app:create_app"""

import os
from dataclasses import asdict

from quart import Quart, request

from .articles import COLLECTION, Article, Articles


def create_app() -> Quart:
    app = Quart(__name__)
    articles = Articles(os.environ.get("QDRANT_URL", "http://localhost:6333"))

    @app.before_serving
    async def prepare() -> None:
        await articles.prepare()

    @app.after_serving
    async def close() -> None:
        await articles.close()

    @app.get("/search")
    async def search() -> list[Article]:
        return await articles.search(request.args["q"])

    @app.post("/articles")
    async def add() -> tuple[dict[str, str], int]:
        article = Article(**await request.get_json())
        await articles.add(article)
        return asdict(article), 201

    @app.post("/articles/import")
    async def add_all() -> tuple[dict[str, int], int]:
        batch = [Article(**each) for each in await request.get_json()]
        await articles.add_all(batch)
        return {"imported": len(batch)}, 201

    @app.get("/count")
    async def count() -> dict[str, int]:
        return {"count": articles.count()}

    @app.get("/health")
    async def health() -> tuple[dict[str, str], int]:
        exists = articles.async_client.collection_exists(COLLECTION)
        if not exists:
            return {"detail": "the collection is missing"}, 503
        return {"status": "ok"}, 200

    return app
