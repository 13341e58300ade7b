"""A variable keeps which client it is, so that the branch which does not await has the sync one."""

from qdrant_client import AsyncQdrantClient, QdrantClient


async def size(client: QdrantClient | AsyncQdrantClient) -> int:
    is_async = isinstance(client, AsyncQdrantClient)
    if is_async:
        return (await client.count("docs")).count
    return client.count("docs").count  # error: QDR101


async def drop(client: QdrantClient | AsyncQdrantClient) -> None:
    blocks = isinstance(client, QdrantClient)
    if not blocks:
        await client.delete_collection("docs")
    else:
        client.delete_collection("docs")  # error: QDR101


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await size(client)
    await drop(client)
