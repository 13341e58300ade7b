"""A coroutine method under a short name is forgotten like any other."""

from functools import partial

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def forget(ids: list[int]) -> None:
    delete = client.delete
    delete("docs", points_selector=ids)  # error: QDR201
    clear = partial(client.clear_payload, "docs")
    clear(points_selector=ids)  # error: QDR201


async def main() -> None:
    await forget([1, 2])
