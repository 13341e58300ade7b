"""A client that may be missing is a sync client where it is there."""

from typing import Optional, Union

from qdrant_client import QdrantClient


async def size(client: Optional[QdrantClient] = None) -> int:
    if client is None:
        return 0
    return client.count("docs").count  # error: QDR101


async def exists(client: "QdrantClient | None", name: str) -> bool:
    return client is not None and client.collection_exists(name)  # error: QDR101


async def drop(client: Union[QdrantClient, None], name: str) -> None:
    if client:
        client.delete_collection(name)  # error: QDR101


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await size(client)
    await exists(client, "docs")
    await drop(client, "docs")
