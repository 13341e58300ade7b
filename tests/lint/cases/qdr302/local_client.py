"""The client is made once and used in two loops."""

import asyncio

from qdrant_client import AsyncQdrantClient


async def index(client: AsyncQdrantClient, name: str) -> None:
    await client.create_payload_index(name, "title", field_schema="text")


async def finish(client: AsyncQdrantClient, name: str) -> None:
    await client.create_snapshot(name)
    await client.close()


def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    asyncio.run(index(client, "docs"))
    asyncio.run(finish(client, "docs"))  # error: QDR302
