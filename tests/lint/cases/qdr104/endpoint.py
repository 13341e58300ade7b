"""Every request waits while one of them is being embedded."""

import httpx
from fastapi import FastAPI
from fastembed import TextEmbedding
from qdrant_client import AsyncQdrantClient

app = FastAPI()
app.state.client = AsyncQdrantClient(url="http://localhost:6333")
dense = TextEmbedding(model_name="BAAI/bge-small-en-v1.5")


@app.get("/search")
async def search(text: str) -> int:
    vector = next(iter(dense.query_embed(text))).tolist()  # error: QDR104
    response = await app.state.client.query_points("docs", query=vector)
    return len(response.points)


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/search", params={"text": "Dune"})).json() == 2
