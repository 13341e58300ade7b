"""One client for all requests, made at import or on first use."""

from functools import lru_cache
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()
client = AsyncQdrantClient(url="http://localhost:6333")


@lru_cache(maxsize=1)
def get_client() -> AsyncQdrantClient:
    return AsyncQdrantClient(url="http://localhost:6333")


@app.get("/size")
async def size(cached: Annotated[AsyncQdrantClient, Depends(get_client)]) -> int:
    return (await cached.count("docs")).count + (await client.count("images")).count


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        for _ in range(2):
            assert (await http.get("/size")).json() == 4
