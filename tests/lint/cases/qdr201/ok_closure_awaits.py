"""The outer function makes the coroutine, the inner one awaits it."""

import asyncio

from qdrant_client import AsyncQdrantClient


async def report(client: AsyncQdrantClient) -> str:
    counting = client.count("docs")
    listing = client.get_collections()

    async def render() -> str:
        names = [c.name for c in (await listing).collections]
        return f"{(await counting).count} points, collections {names}"

    return await asyncio.create_task(render())


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await report(client)
    await client.close()
