"""A server does the work; and in local mode a thread does it."""

import asyncio

from qdrant_client import AsyncQdrantClient, QdrantClient

client = AsyncQdrantClient(location="http://localhost:6333")
local = QdrantClient(":memory:", force_disable_check_same_thread=True)


async def main() -> None:
    await client.get_collections()
    await asyncio.to_thread(local.get_collections)
