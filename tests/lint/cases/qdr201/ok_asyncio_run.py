"""`asyncio.run` and `run_until_complete` run the coroutine from plain code."""

import asyncio

from qdrant_client import AsyncQdrantClient

docs = AsyncQdrantClient(url="http://localhost:6333")
images = AsyncQdrantClient(url="http://localhost:6333")


def print_size() -> None:
    result = asyncio.run(docs.count("docs"))
    print(f"{result.count} points")


def print_names() -> None:
    loop = asyncio.new_event_loop()
    response = loop.run_until_complete(images.get_collections())
    loop.close()
    print(*(collection.name for collection in response.collections))


def main() -> None:
    print_size()
    print_names()
