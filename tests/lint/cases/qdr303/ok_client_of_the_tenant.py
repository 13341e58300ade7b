"""Each tenant has a server of its own, so the request decides."""

import httpx
from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()


@app.get("/{tenant}/size")
async def size(tenant: str) -> int:
    client = AsyncQdrantClient(url=f"http://{tenant}.localhost:6333")
    try:
        return (await client.count("docs")).count
    finally:
        await client.close()


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/ada/size")).json() == (await http.get("/bob/size")).json() == 2
