"""Comprehensions in a coroutine run on the loop."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def sizes(names: list[str]) -> dict[str, int]:
    existing = [name for name in names if client.collection_exists(name)]  # error: QDR101
    return {
        name: client.count(name).count  # error: QDR101
        for name in existing
    }


async def total(names: list[str]) -> int:
    return sum(client.count(name).count for name in names)  # error: QDR101


async def main() -> None:
    await sizes(["docs", "images"])
    await total(["docs", "images"])
