"""The default value of a parameter is a sync client."""

from qdrant_client import QdrantClient


async def size(name: str, client=QdrantClient(url="http://localhost:6333")) -> int:
    return client.count(name).count  # error: QDR101


async def main() -> None:
    await size("docs")
