"""A script's function runs the coroutine in a loop of its own."""

import asyncio

from asgiref.sync import async_to_sync
from qdrant_client import AsyncQdrantClient

docs = AsyncQdrantClient(url="http://localhost:6333")
images = AsyncQdrantClient(url="http://localhost:6333")


def size() -> int:
    return asyncio.run(docs.count("docs")).count


def size_of_images() -> int:
    return async_to_sync(images.count)("images").count


def main() -> None:
    assert size() == size_of_images() == 2
