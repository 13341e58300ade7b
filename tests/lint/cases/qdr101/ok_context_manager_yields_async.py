"""The context manager hands out the async client although it knows the sync one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from qdrant_client import AsyncQdrantClient, QdrantClient


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[AsyncQdrantClient]:
    fallback = QdrantClient(url=url)
    client = AsyncQdrantClient(url=url)
    try:
        yield client
    finally:
        await client.close()
        fallback.close()


async def main() -> None:
    async with connection("http://localhost:6333") as client:
        await client.count("docs")
