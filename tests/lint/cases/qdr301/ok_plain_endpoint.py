"""A plain endpoint runs in a thread, where `asyncio.run` works."""

import asyncio

import httpx
from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()


async def count(name: str) -> int:
    client = AsyncQdrantClient(url="http://localhost:6333")
    result = await client.count(name)
    await client.close()
    return result.count


@app.get("/size")
def size() -> int:
    return asyncio.run(count("docs"))


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/size")).status_code == 200
