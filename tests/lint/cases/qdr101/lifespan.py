"""Preparing the collection in the lifespan stops everything else that starts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    client.create_collection(  # error: QDR101
        collection_name="docs",
        vectors_config=models.VectorParams(size=4, distance=models.Distance.COSINE),
    )
    yield
    client.close()


async def main() -> None:
    async with lifespan(FastAPI()):
        pass
