"""A blocking function inside a coroutine, defined and not called there."""

from collections.abc import Callable

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def size(name: str) -> int:
    return client.count(name).count


async def tools() -> dict[str, Callable[..., object]]:
    def drop(name: str) -> bool:
        return client.delete_collection(name)

    return {"size": size, "drop": drop, "exists": lambda name: client.collection_exists(name)}


async def main() -> None:
    assert set(await tools()) == {"size", "drop", "exists"}
