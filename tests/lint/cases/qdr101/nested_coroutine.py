"""A coroutine inside a coroutine runs on the same loop."""

import asyncio

from qdrant_client import QdrantClient, models


async def load(batches: list[list[int]]) -> list[models.Record]:
    client = QdrantClient(url="http://localhost:6333")

    async def fetch(ids: list[int]) -> list[models.Record]:
        return client.retrieve("docs", ids=ids)  # error: QDR101

    results = await asyncio.gather(*(fetch(ids) for ids in batches))
    return [record for records in results for record in records]


async def main() -> None:
    await load([[1], [2]])
