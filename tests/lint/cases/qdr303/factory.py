"""A service that every request makes has a client of its own, from a factory."""

from typing import Annotated

import httpx
from fastapi import Depends, FastAPI
from qdrant_client import AsyncQdrantClient

app = FastAPI()


def make_client() -> AsyncQdrantClient:
    return AsyncQdrantClient(url="http://localhost:6333")  # error: QDR303


class Service:
    def __init__(self) -> None:
        self.client = make_client()

    async def size(self) -> int:
        size = (await self.client.count("docs")).count
        await self.client.close()
        return size


@app.get("/size")
async def size(service: Annotated[Service, Depends(Service)]) -> int:
    return await service.size()


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        for _ in range(2):
            assert (await http.get("/size")).json() == 2
