"""Nothing is annotated: the dependency's `yield` tells the type."""

import httpx
from fastapi import Depends, FastAPI
from qdrant_client import QdrantClient

app = FastAPI()


def get_client():
    client = QdrantClient(url="http://localhost:6333")
    try:
        yield client
    finally:
        client.close()


@app.get("/size")
async def size(client=Depends(get_client)) -> int:
    return client.count("docs").count  # error: QDR101


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/size")).status_code == 200
