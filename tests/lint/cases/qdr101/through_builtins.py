"""`map`, `filter` and `sorted` call what they are given, here on the loop."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def existing(names: list[str]) -> list[str]:
    known = list(map(client.collection_exists, names))  # error: QDR101
    return [name for name, there in zip(names, known, strict=True) if there]


async def also_existing(names: list[str]) -> list[str]:
    return list(filter(client.collection_exists, names))  # error: QDR101


async def main() -> None:
    assert await existing(["docs"]) == await also_existing(["docs"])
