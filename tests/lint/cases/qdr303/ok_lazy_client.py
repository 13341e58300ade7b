"""The first request makes the client, the others find it."""

import httpx
from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()
client: AsyncQdrantClient | None = None


@app.get("/size")
async def size() -> int:
    global client
    if client is None:
        client = AsyncQdrantClient(url="http://localhost:6333")
    return (await client.count("docs")).count


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        for _ in range(2):
            assert (await http.get("/size")).json() == 2
