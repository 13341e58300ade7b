"""An endpoint that is `async def` gets a sync client from a dependency."""

from functools import lru_cache
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI
from qdrant_client import QdrantClient

app = FastAPI()


@lru_cache
def get_client() -> QdrantClient:
    return QdrantClient(url="http://localhost:6333")


@app.get("/annotated")
async def with_annotated(client: Annotated[QdrantClient, Depends(get_client)]) -> int:
    return client.count("docs").count  # error: QDR101


@app.get("/default")
async def with_default(client: QdrantClient = Depends(get_client)) -> int:
    return client.count("docs").count  # error: QDR101


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/annotated")).json() == 2
        assert (await http.get("/default")).json() == 2
