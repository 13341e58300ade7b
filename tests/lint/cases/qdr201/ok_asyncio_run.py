"""`asyncio.run` and `run_until_complete` run the coroutine from plain code."""

import asyncio

from qdrant_client import AsyncQdrantClient


def print_size(url: str) -> None:
    client = AsyncQdrantClient(url=url)
    result = asyncio.run(client.count("docs"))
    print(f"{result.count} points")


def print_names(url: str) -> None:
    loop = asyncio.new_event_loop()
    response = loop.run_until_complete(AsyncQdrantClient(url=url).get_collections())
    loop.close()
    print(*(collection.name for collection in response.collections))


def main() -> None:
    print_size("http://localhost:6333")
    print_names("http://localhost:6333")
