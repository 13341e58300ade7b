"""A type variable that is bound to the sync client."""

from typing import Generic, TypeVar

from qdrant_client import QdrantClient

C = TypeVar("C", bound=QdrantClient)


class Repository(Generic[C]):
    def __init__(self, client: C) -> None:
        self.client = client

    async def size(self) -> int:
        return self.client.count("docs").count  # error: QDR101


async def drop(client: C, name: str) -> C:
    client.delete_collection(name)  # error: QDR101
    return client


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await Repository(client).size()
    await drop(client, "docs")
