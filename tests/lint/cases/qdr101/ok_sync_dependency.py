"""FastAPI resolves a plain dependency in a thread."""

from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, HTTPException
from qdrant_client import QdrantClient

app = FastAPI()
client = QdrantClient(url="http://localhost:6333")


def existing_collection(name: str) -> str:
    if not client.collection_exists(name):
        raise HTTPException(404)
    return name


@app.get("/collections/{name}")
async def describe(collection: Annotated[str, Depends(existing_collection)]) -> dict[str, str]:
    return {"name": collection}


async def main() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as http:
        assert (await http.get("/collections/docs")).json() == {"name": "docs"}
