"""FastAPI calls a dependency for each request."""

from collections.abc import AsyncIterator
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()


async def get_client() -> AsyncIterator[AsyncQdrantClient]:
    client = AsyncQdrantClient(url="http://localhost:6333")  # error: QDR303
    yield client
    await client.close()


@app.get("/size")
async def size(client: Annotated[AsyncQdrantClient, Depends(get_client)]) -> int:
    return (await client.count("docs")).count


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        for _ in range(2):
            assert (await http.get("/size")).json() == 2
