"""The service that FastAPI injects blocks in its plain method."""

from functools import lru_cache
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI
from qdrant_client import QdrantClient

app = FastAPI()


class SearchService:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    def search(self, vector: list[float]) -> int:
        return len(self.client.query_points("docs", query=vector).points)


@lru_cache
def get_service() -> SearchService:
    return SearchService()


@app.post("/search")
async def search(
    vector: list[float], service: Annotated[SearchService, Depends(get_service)]
) -> int:
    return service.search(vector)  # error: QDR102


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.post("/search", json=[0.1, 0.2])).json() == 2
