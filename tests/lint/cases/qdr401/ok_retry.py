"""A loop that tries again until it succeeds needs its turns one after the other."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def wait_until_ready(name: str) -> bool:
    for attempt in range(3):
        info = await client.get_collection(name)
        if info.status.value == "green" and attempt:
            return True
        await asyncio.sleep(0)
    return False


async def main() -> None:
    assert await wait_until_ready("docs")
