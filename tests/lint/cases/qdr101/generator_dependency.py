"""A FastAPI dependency that yields the client and closes it afterwards."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI
from qdrant_client import QdrantClient

app = FastAPI()


def plain() -> Iterator[QdrantClient]:
    client = QdrantClient(url="http://localhost:6333")
    yield client
    client.close()


async def asynchronous() -> AsyncIterator[QdrantClient]:
    yield QdrantClient(url="http://localhost:6333")


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
