"""A plain function cannot await, so the coroutine it makes is lost."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def forget(ids: list[int]) -> None:
    client.delete("docs", points_selector=ids)  # error: QDR204


async def main() -> None:
    forget([1, 2])
