"""An endpoint that filters what it never fetched."""

from functools import lru_cache
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()


@lru_cache
def get_client() -> AsyncQdrantClient:
    return AsyncQdrantClient(url="http://localhost:6333")


@app.get("/titles")
async def titles(client: Annotated[AsyncQdrantClient, Depends(get_client)]) -> list[str]:
    response = client.query_points("docs", query=[0.1, 0.2])  # error: QDR202
    return [str(hit.payload) for hit in response.points if hit.score > 0.5]


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        await http.get("/titles")
