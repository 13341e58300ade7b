"""A coroutine as a condition: `while`, `assert`, the conditional expression, `not`."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def wait_until_there(name: str) -> None:
    while not client.collection_exists(name):  # error: QDR202
        await client.create_snapshot(name)
    assert client.collection_exists(name), name  # error: QDR202


async def label(name: str) -> str:
    return "known" if client.collection_exists(name) else "new"  # error: QDR202


async def known(names: list[str]) -> list[str]:
    return [name for name in names if client.collection_exists(name)]  # error: QDR202


async def main() -> None:
    await wait_until_there("docs")
    assert await label("nowhere") == "known"
    assert await known(["docs", "nowhere"]) == ["docs", "nowhere"]
