"""Nothing is annotated: the dependency's `yield` tells the type."""

import logging

import httpx
from fastapi import Depends, FastAPI
from qdrant_client import QdrantClient

app = FastAPI()
logger = logging.getLogger(__name__)
shared = QdrantClient(url="http://localhost:6333")


def get_client():
    try:
        yield shared
    finally:
        logger.debug("request is done")


@app.get("/size")
async def size(client=Depends(get_client)) -> int:
    return client.count("docs").count  # error: QDR101


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/size")).status_code == 200
