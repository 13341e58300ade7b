"""The lifespan puts the client on `app.state`, the endpoint takes it from there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request
from qdrant_client import QdrantClient


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.qdrant = QdrantClient(url="http://localhost:6333")
    yield
    app.state.qdrant.close()


app = FastAPI(lifespan=lifespan)


@app.get("/size")
async def size(request: Request) -> int:
    return request.app.state.qdrant.count("docs").count  # error: QDR101


@app.get("/exists")
async def exists(request: Request) -> bool:
    client: QdrantClient = request.app.state.qdrant
    return client.collection_exists("docs")  # error: QDR101


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with lifespan(app), httpx.AsyncClient(transport=transport, base_url="http://s") as http:
        assert (await http.get("/size")).json() == 2
        assert (await http.get("/exists")).json() is True
