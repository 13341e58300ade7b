"""Whichever branch is taken, the client is a sync one."""

from qdrant_client import QdrantClient

local = QdrantClient(url="http://localhost:6333")
cloud = QdrantClient(url="http://localhost:6333")


async def size(use_cloud: bool) -> int:
    client = cloud if use_cloud else local
    return client.count("docs").count  # error: QDR101


async def drop(use_cloud: bool) -> None:
    (cloud if use_cloud else local).delete_collection("docs")  # error: QDR101


async def main() -> None:
    await size(use_cloud=False)
    await drop(use_cloud=False)
