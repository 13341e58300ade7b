"""FastAPI's own helper runs the call in its thread pool."""

import httpx
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from qdrant_client import QdrantClient

app = FastAPI()
client = QdrantClient(url="http://localhost:6333")


@app.get("/size")
async def size() -> int:
    result = await run_in_threadpool(client.count, collection_name="docs")
    return result.count


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/size")).json() == 2
