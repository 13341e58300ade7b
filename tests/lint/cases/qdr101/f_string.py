"""A call inside an f-string is a call."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def describe(name: str) -> str:
    return f"{name}: {client.count(name).count:,} points"  # error: QDR101


async def main() -> None:
    await describe("docs")
