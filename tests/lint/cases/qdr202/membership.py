"""Looking for a name in a coroutine."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def is_known(name: str) -> bool:
    return name in client.get_collections()  # error: QDR202


async def main() -> None:
    await is_known("docs")
