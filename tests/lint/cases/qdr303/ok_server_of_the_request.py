"""The request itself names the server."""

import httpx
from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()


@app.get("/size")
async def size(port: int) -> int:
    client = AsyncQdrantClient(url=f"http://localhost:{port}")
    result = await client.count("docs")
    await client.close()
    return result.count


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        for port in (6333, 6334):
            assert (await http.get("/size", params={"port": port})).json() == 2
