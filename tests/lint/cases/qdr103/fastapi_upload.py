"""An upload endpoint with the async client from a dependency."""

from functools import lru_cache
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI
from qdrant_client import AsyncQdrantClient, models

app = FastAPI()


@lru_cache
def get_client() -> AsyncQdrantClient:
    return AsyncQdrantClient(url="http://localhost:6333")


Client = Annotated[AsyncQdrantClient, Depends(get_client)]


@app.post("/vectors")
async def upload(vectors: list[list[float]], client: Client) -> int:
    points = [models.PointStruct(id=i, vector=vector) for i, vector in enumerate(vectors)]
    client.upload_points("docs", points=points)  # error: QDR103
    return len(points)


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.post("/vectors", json=[[0.1, 0.2]])).json() == 1
