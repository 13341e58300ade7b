"""The client's own coroutine is handed to `asyncio.run` inside an endpoint."""

import asyncio

import httpx
from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()
client = AsyncQdrantClient(url="http://localhost:6333")


@app.get("/size")
async def size() -> int:
    result = asyncio.run(client.count("docs"))  # error: QDR301
    return result.count


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        await http.get("/size")
