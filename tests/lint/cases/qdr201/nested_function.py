"""A coroutine inside a coroutine forgets the `await` as well."""

import asyncio

from qdrant_client import AsyncQdrantClient


async def tag_all(client: AsyncQdrantClient, groups: dict[str, list[int]]) -> None:
    async def tag(name: str, ids: list[int]) -> None:
        client.set_payload("docs", payload={"tag": name}, points=ids)  # error: QDR201

    await asyncio.gather(*(tag(name, ids) for name, ids in groups.items()))


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await tag_all(client, {"new": [1], "old": [2]})
    await client.close()
