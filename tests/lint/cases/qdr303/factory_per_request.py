"""The handler calls a factory, and the factory remembers nothing."""

import httpx
from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()


def connect() -> AsyncQdrantClient:
    return AsyncQdrantClient(url="http://localhost:6333")  # error: QDR303


@app.get("/size")
async def size() -> int:
    client = connect()
    try:
        return (await client.count("docs")).count
    finally:
        await client.close()


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        for _ in range(2):
            assert (await http.get("/size")).json() == 2
