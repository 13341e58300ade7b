"""The name held the async client once; at the `await` it is the sync one."""

from qdrant_client import AsyncQdrantClient, QdrantClient


async def size(url: str) -> int:
    client = AsyncQdrantClient(url=url)
    await client.close()
    client = QdrantClient(url=url)
    return (await client.count("docs")).count  # error: QDR203


async def main() -> None:
    await size("http://localhost:6333")
