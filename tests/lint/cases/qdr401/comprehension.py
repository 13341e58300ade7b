"""An awaiting comprehension sends one request after the other."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def sizes(names: list[str]) -> dict[str, int]:
    return {name: (await client.count(name)).count for name in names}  # error: QDR401


async def main() -> None:
    await sizes(["docs", "images"])
