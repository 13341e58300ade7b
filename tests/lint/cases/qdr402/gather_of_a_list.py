"""The list of coroutines is as long as the input."""

import asyncio

from qdrant_client import AsyncQdrantClient


async def forget(client: AsyncQdrantClient, users: list[str]) -> None:
    jobs = [client.delete_payload("docs", keys=[user], points=[1]) for user in users]
    await asyncio.gather(*jobs)  # error: QDR402


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await forget(client, [f"user-{i}" for i in range(50)])
    await client.close()
