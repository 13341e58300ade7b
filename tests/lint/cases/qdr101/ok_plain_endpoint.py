"""FastAPI runs a plain `def` endpoint in a thread, so a sync client is right there."""

import httpx
from fastapi import FastAPI
from qdrant_client import QdrantClient

app = FastAPI()
client = QdrantClient(url="http://localhost:6333")


@app.get("/size")
def size() -> int:
    return client.count("docs").count


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/size")).json() == 2
