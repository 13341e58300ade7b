"""A call of the sync client as a statement does its work at once."""

import asyncio

from qdrant_client import QdrantClient


def reset(client: QdrantClient, names: list[str]) -> None:
    [client.delete_collection(name) for name in names]
    _ = client.create_snapshot("docs")


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await asyncio.to_thread(reset, client, ["docs", "images"])
