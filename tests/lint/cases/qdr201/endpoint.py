"""The endpoint answers 200, and has stored nothing."""

import httpx
from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient, models

app = FastAPI()
client = AsyncQdrantClient(url="http://localhost:6333")


@app.put("/documents/{id}")
async def put_document(id: int, vector: list[float]) -> dict[str, int]:
    point = models.PointStruct(id=id, vector=vector)
    client.upsert("docs", points=[point])  # error: QDR201
    return {"stored": id}


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.put("/documents/7", json=[0.1, 0.2])).json() == {"stored": 7}
