"""`sorted` and `max` call their `key` for each element."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def size(name: str) -> int:
    return client.count(name).count


async def largest(names: list[str]) -> str:
    return max(names, key=size)  # error: QDR102


async def by_size(names: list[str]) -> list[str]:
    return sorted(names, key=lambda name: client.count(name).count)  # error: QDR102


async def main() -> None:
    await largest(["docs", "images"])
    await by_size(["docs", "images"])
