"""An instance with an `async def __call__` is a dependency that runs on the loop."""

from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, HTTPException
from qdrant_client import QdrantClient

app = FastAPI()


class ExistingCollection:
    def __init__(self, client: QdrantClient) -> None:
        self.client = client

    async def __call__(self, name: str) -> str:
        if not self.client.collection_exists(name):  # error: QDR101
            raise HTTPException(404)
        return name


existing = ExistingCollection(QdrantClient(url="http://localhost:6333"))


@app.get("/collections/{name}")
async def describe(collection: Annotated[str, Depends(existing)]) -> str:
    return collection


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/collections/docs")).json() == "docs"
