"""Two loops, each with a client of its own."""

import asyncio

from qdrant_client import AsyncQdrantClient

docs = AsyncQdrantClient(url="http://localhost:6333")
images = AsyncQdrantClient(url="http://localhost:6333")


def main() -> None:
    assert asyncio.run(docs.count("docs")).count == 2
    assert asyncio.run(images.count("images")).count == 2
