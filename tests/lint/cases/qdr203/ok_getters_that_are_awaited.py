"""Functions that give a client which is not there yet."""

import asyncio

from qdrant_client import AsyncQdrantClient, QdrantClient


async def connect() -> AsyncQdrantClient:
    return AsyncQdrantClient(url="http://localhost:6333")


def connect_later():
    return asyncio.create_task(connect())


def connect_in_a_thread():
    return asyncio.to_thread(QdrantClient, url="http://localhost:6333")


async def main() -> None:
    await (await connect()).count("docs")
    await (await connect_later()).count("docs")
    await connect_in_a_thread()
