"""Code that asks which client it has, or what it got, knows both."""

import asyncio
import inspect

from qdrant_client import AsyncQdrantClient, QdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def size(client: QdrantClient | AsyncQdrantClient) -> int:
    if isinstance(client, AsyncQdrantClient):
        return (await client.count("docs")).count
    return (await asyncio.to_thread(client.count, "docs")).count


def count(client: QdrantClient | AsyncQdrantClient) -> object:
    return client.count("docs")


async def counted(client: AsyncQdrantClient) -> object:
    found = count(client)
    return await found if inspect.isawaitable(found) else found


async def main() -> None:
    await size(client)
    await counted(client)
