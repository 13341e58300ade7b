"""Classes, functions and aliases with type parameters."""
# requires: 3.12

from qdrant_client import QdrantClient

type Client = QdrantClient | None


class Box[T]:
    def __init__(self, client: T) -> None:
        self._client = client

    def get(self) -> T:
        return self._client


class SyncBox(Box[QdrantClient]):
    async def names(self) -> object:
        return self.get().get_collections()  # error: QDR101


async def bound[T: QdrantClient](client: T) -> object:
    return client.get_collections()  # error: QDR101


async def alias(client: Client) -> object:
    return None if client is None else client.get_collections()  # error: QDR101


async def boxed(box: Box[QdrantClient]) -> object:
    return box.get().get_collections()  # error: QDR101


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await SyncBox(client).names()
    await bound(client)
    await alias(client)
    await boxed(Box(client))
