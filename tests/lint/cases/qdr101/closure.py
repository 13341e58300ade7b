"""Endpoints that are defined inside a factory close over its client."""

import httpx
from fastapi import FastAPI
from qdrant_client import QdrantClient


def create_app() -> FastAPI:
    app = FastAPI()
    client = QdrantClient(url="http://localhost:6333")

    @app.get("/size")
    async def size() -> int:
        return client.count("docs").count  # error: QDR101

    return app


async def main() -> None:
    transport = httpx.ASGITransport(app=create_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/size")).json() == 2
