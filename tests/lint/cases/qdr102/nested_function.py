"""A function inside the coroutine is called on the loop, by name and as a lambda."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def sizes(names: list[str]) -> list[int]:
    def size(name: str) -> int:
        return client.count(name).count

    exists = lambda name: client.collection_exists(name)  # noqa: E731
    return [size(name) for name in names if exists(name)]  # error: QDR102


async def main() -> None:
    await sizes(["docs", "images"])
