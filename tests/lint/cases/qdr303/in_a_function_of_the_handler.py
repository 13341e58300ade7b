"""The handler calls a function, which makes a client and closes it."""

import httpx
from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()


async def count(name: str) -> int:
    client = AsyncQdrantClient(url="http://localhost:6333")  # error: QDR303
    try:
        return (await client.count(name)).count
    finally:
        await client.close()


@app.get("/size/{name}")
async def size(name: str) -> int:
    return await count(name)


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        for name in ("docs", "images"):
            assert (await http.get(f"/size/{name}")).json() == 2
