"""The page shows `<coroutine object ...>` instead of the number."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def describe(name: str) -> str:
    return f"{name}: {client.count(name)} points"  # error: QDR202


async def headline(name: str) -> str:
    size = client.count(name)  # error: QDR202
    return f"{name} has {size!s}"


async def main() -> None:
    assert "coroutine" in await describe("docs")
    assert "coroutine" in await headline("docs")
