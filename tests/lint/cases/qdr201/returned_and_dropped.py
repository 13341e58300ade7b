"""A small function returns the coroutine, and its caller drops it."""

from typing import Any

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def delete_points(ids: list[int]) -> Any:
    return client.delete("docs", points_selector=ids)


async def forget(ids: list[int]) -> None:
    delete_points(ids)  # error: QDR201


async def remember(ids: list[int]) -> None:
    await delete_points(ids)


async def main() -> None:
    await forget([1])
    await remember([2])
