"""A task group awaits what it starts."""
# requires: 3.11

import asyncio

from qdrant_client import AsyncQdrantClient


async def sizes(client: AsyncQdrantClient, names: list[str]) -> list[int]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(client.count(name)) for name in names]
        group.create_task(client.info())
    return [task.result().count for task in tasks]


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    async with asyncio.timeout(5):
        await sizes(client, ["docs", "images"])
    await client.close()
