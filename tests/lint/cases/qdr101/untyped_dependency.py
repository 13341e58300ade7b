"""Nothing in the endpoint is annotated: the dependency tells the type."""

import httpx
from fastapi import Depends, FastAPI, Request
from qdrant_client import QdrantClient

app = FastAPI()
app.state.client = QdrantClient(url="http://localhost:6333")


def get_client(request: Request):
    client: QdrantClient = request.app.state.client
    return client


@app.get("/size")
async def size(client=Depends(get_client)) -> int:
    return client.count("docs").count  # error: QDR101


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/size")).json() == 2
