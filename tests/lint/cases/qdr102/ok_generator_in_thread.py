"""The generator is made on the loop and iterated in a thread."""

import asyncio
from collections.abc import Iterator

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


def scroll_all(name: str) -> Iterator[models.Record]:
    records, _ = client.scroll(name, limit=100)
    yield from records


async def load(name: str) -> list[models.Record]:
    return await asyncio.to_thread(lambda: list(scroll_all(name)))


async def load_from(name: str) -> list[models.Record]:
    records = scroll_all(name)
    return await asyncio.to_thread(list, records)


async def main() -> None:
    assert len(await load("docs")) == len(await load_from("docs")) == 2
