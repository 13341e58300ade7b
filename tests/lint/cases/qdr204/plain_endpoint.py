"""A plain endpoint with the async client answers, and deletes nothing."""

import httpx
from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()
client = AsyncQdrantClient(url="http://localhost:6333")


@app.delete("/documents/{id}")
def delete_document(id: int) -> dict[str, int]:
    client.delete("docs", points_selector=[id])  # error: QDR204
    return {"deleted": id}


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.delete("/documents/7")).json() == {"deleted": 7}
