"""Coroutines are collected in lists and dictionaries and awaited together."""

import asyncio

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def drop_all(names: list[str]) -> None:
    jobs = []
    for name in names:
        jobs.append(client.delete_collection(name))
    await asyncio.gather(*jobs)


async def sizes(names: list[str]) -> dict[str, int]:
    jobs = {name: client.count(name) for name in names}
    jobs["archive"] = client.count("archive")
    return {name: (await job).count for name, job in jobs.items()}


async def found(names: list[str]) -> list[bool]:
    return await asyncio.gather(*map(client.collection_exists, names))


async def main() -> None:
    await drop_all(["docs", "images"])
    await sizes(["docs", "images"])
    await found(["docs", "images"])
