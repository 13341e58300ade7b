"""The same name is first the sync client and then the async one."""

from qdrant_client import AsyncQdrantClient, QdrantClient


async def migrate(url: str) -> int:
    client = QdrantClient(url=url)
    before = client.count("docs").count  # error: QDR101
    client = AsyncQdrantClient(url=url)
    after = (await client.count("docs")).count
    await client.close()
    return after - before


async def main() -> None:
    await migrate("http://localhost:6333")
