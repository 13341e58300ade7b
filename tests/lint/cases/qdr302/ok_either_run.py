"""Only one of the two runs happens."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def work(command: str) -> None:
    if command == "count":
        asyncio.run(client.count("docs"))
    else:
        asyncio.run(client.get_collection("docs"))


def main() -> None:
    work("count")
