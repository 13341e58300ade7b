"""`async with` around a sync client does not make its calls async."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from qdrant_client import QdrantClient


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[QdrantClient]:
    client = QdrantClient(url=url)
    try:
        yield client
    finally:
        client.close()


async def size(url: str) -> int:
    async with connection(url) as client:
        return client.count("docs").count  # error: QDR101


async def main() -> None:
    await size("http://localhost:6333")
