"""A type of one's own stands for the client."""

from typing import TypeAlias, cast

from qdrant_client import QdrantClient

VectorDatabase: TypeAlias = QdrantClient
Client = QdrantClient


async def size(database: VectorDatabase) -> int:
    return database.count("docs").count  # error: QDR101


async def drop(anything: object) -> None:
    client = cast(Client, anything)
    client.delete_collection("docs")  # error: QDR101


async def main() -> None:
    client = Client(url="http://localhost:6333")
    await size(client)
    await drop(client)
