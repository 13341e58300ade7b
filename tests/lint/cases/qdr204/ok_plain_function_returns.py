"""A plain function may make a coroutine and return it."""

from collections.abc import Awaitable, Iterator

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def exists(name: str) -> Awaitable[bool]:
    return client.collection_exists(name)


def deletions(names: list[str]) -> list[Awaitable[bool]]:
    return [client.delete_collection(name) for name in names]


def snapshots(names: list[str]) -> Iterator[Awaitable[object]]:
    yield from (client.create_snapshot(name) for name in names)


async def main() -> None:
    if await exists("docs"):
        for job in (*snapshots(["docs"]), *deletions(["docs", "images"])):
            await job
