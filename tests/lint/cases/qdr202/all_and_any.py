"""`all` and `any` see coroutines, which are true."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def ready(names: list[str]) -> bool:
    return all(client.collection_exists(name) for name in names)  # error: QDR202


async def busy(names: list[str]) -> bool:
    return any([client.collection_exists(name) for name in names])  # error: QDR202


async def main() -> None:
    assert await ready(["nowhere"])
    assert await busy(["nowhere"])
