"""The lifespan makes the client, the requests share it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request
from qdrant_client import AsyncQdrantClient


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.client = AsyncQdrantClient(url="http://localhost:6333")
    yield
    await app.state.client.close()


app = FastAPI(lifespan=lifespan)


@app.get("/size")
async def size(request: Request) -> int:
    client: AsyncQdrantClient = request.app.state.client
    return (await client.count("docs")).count


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with lifespan(app), httpx.AsyncClient(transport=transport, base_url="http://s") as http:
        for _ in range(2):
            assert (await http.get("/size")).json() == 2
