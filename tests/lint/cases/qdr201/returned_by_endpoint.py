"""FastAPI does not await what an endpoint returns, at the top or inside."""

from contextlib import suppress
from typing import Any

import httpx
from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()
client = AsyncQdrantClient(url="http://localhost:6333")


@app.get("/size")
async def size() -> Any:
    return client.count("docs")  # error: QDR201


@app.get("/stats")
async def stats() -> dict[str, Any]:
    return {"docs": client.count("docs")}  # error: QDR201


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        for path in ("/size", "/stats"):
            with suppress(Exception):
                await http.get(path)
