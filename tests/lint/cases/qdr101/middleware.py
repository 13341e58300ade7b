"""A middleware with a sync client slows down every request of the service."""

from collections.abc import Awaitable, Callable

import httpx
from fastapi import FastAPI, Request, Response
from qdrant_client import QdrantClient

app = FastAPI()
client = QdrantClient(url="http://localhost:6333")


@app.middleware("http")
async def add_size(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    response.headers["x-points"] = str(client.count("docs").count)  # error: QDR101
    return response


@app.get("/health")
async def health() -> str:
    return "ok"


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/health")).headers["x-points"] == "2"
