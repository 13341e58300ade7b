"""`print` shows the coroutine."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def show(name: str) -> None:
    print(client.count(name))  # error: QDR202


async def main() -> None:
    await show("docs")
