"""The dependency provides the sync client, the endpoint awaits it."""

from functools import lru_cache
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI
from qdrant_client import QdrantClient

app = FastAPI()


@lru_cache
def get_client() -> QdrantClient:
    return QdrantClient(url="http://localhost:6333")


@app.get("/exists/{name}")
async def exists(name: str, client: Annotated[QdrantClient, Depends(get_client)]) -> bool:
    return await client.collection_exists(name)  # error: QDR203


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        await http.get("/exists/docs")
