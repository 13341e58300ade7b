"""FastAPI dependencies that yield the client."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI
from qdrant_client import QdrantClient

app = FastAPI()
shared = QdrantClient(url="http://localhost:6333")


def plain() -> Iterator[QdrantClient]:
    yield shared


async def asynchronous() -> AsyncIterator[QdrantClient]:
    yield shared


@app.get("/size")
async def size(client: QdrantClient = Depends(plain)) -> int:
    return client.count("docs").count  # error: QDR101


@app.get("/exists")
async def exists(client: Annotated[QdrantClient, Depends(asynchronous)]) -> bool:
    return client.collection_exists("docs")  # error: QDR101


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/size")).status_code == 200
        assert (await http.get("/exists")).status_code == 200
