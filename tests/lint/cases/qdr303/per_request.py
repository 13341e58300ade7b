"""Every request makes a client: a new connection pool, thrown away with the answer."""

import httpx
from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()


@app.get("/size")
async def size() -> int:
    client = AsyncQdrantClient(url="http://localhost:6333")  # error: QDR303
    result = await client.count("docs")
    await client.close()
    return result.count


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        for _ in range(2):
            assert (await http.get("/size")).json() == 2
