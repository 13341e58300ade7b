"""The same loop runs twice, so the client stays in its loop."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def main() -> None:
    loop = asyncio.new_event_loop()
    loop.run_until_complete(client.count("docs"))
    for name in ("images", "notes"):
        loop.run_until_complete(client.count(name))
    loop.close()
