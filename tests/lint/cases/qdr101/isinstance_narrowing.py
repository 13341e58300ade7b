"""Either client may come in; the branch for the sync one blocks."""

from qdrant_client import AsyncQdrantClient, QdrantClient


async def size(client: QdrantClient | AsyncQdrantClient) -> int:
    if isinstance(client, QdrantClient):
        return client.count("docs").count  # error: QDR101
    return (await client.count("docs")).count


async def main() -> None:
    await size(QdrantClient(url="http://localhost:6333"))
    client = AsyncQdrantClient(url="http://localhost:6333")
    await size(client)
    await client.close()
