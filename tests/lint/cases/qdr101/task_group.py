"""Tasks of a group take turns on one loop: a blocking one stops them all."""
# requires: 3.11

import asyncio

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def drop(name: str) -> None:
    client.delete_collection(name)  # error: QDR101


async def drop_all(names: list[str]) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(drop(name))
    except* ConnectionError as errors:
        raise RuntimeError("no server") from errors


async def main() -> None:
    await drop_all(["docs", "images"])
