"""A function inside the coroutine that only a thread calls."""

import asyncio

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


async def load_all(name: str) -> list[models.Record]:
    def scroll() -> list[models.Record]:
        records: list[models.Record] = []
        offset = None
        while True:
            page, offset = client.scroll(name, limit=100, offset=offset)
            records += page
            if offset is None:
                return records

    return await asyncio.to_thread(scroll)


async def main() -> None:
    await load_all("docs")
