"""`Annotated` adds metadata, the type stays that of the sync client."""

from typing import Annotated

from qdrant_client import QdrantClient

Vectors = Annotated[QdrantClient, "the vector store"]


async def size(client: Annotated[QdrantClient, "read only"]) -> int:
    return client.count("docs").count  # error: QDR101


async def drop(client: Vectors) -> None:
    client.delete_collection("docs")  # error: QDR101


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await size(client)
    await drop(client)
