"""A sync client closes its connections when it is collected."""

import asyncio

from qdrant_client import QdrantClient


def size(url: str) -> int:
    client = QdrantClient(url=url)
    return client.count("docs").count


async def main() -> None:
    assert await asyncio.to_thread(size, "http://localhost:6333") == 2
