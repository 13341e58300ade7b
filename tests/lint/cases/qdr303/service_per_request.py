"""Each request makes a service, and each service makes a client."""

import httpx
from fastapi import FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()


class SearchService:
    def __init__(self) -> None:
        self.client = AsyncQdrantClient(url="http://localhost:6333")  # error: QDR303

    async def size(self, name: str) -> int:
        return (await self.client.count(name)).count


@app.get("/size")
async def size() -> int:
    service = SearchService()
    return await service.size("docs")


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        for _ in range(2):
            assert (await http.get("/size")).json() == 2
