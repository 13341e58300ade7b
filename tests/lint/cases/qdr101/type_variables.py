"""A bound, a class's argument or a `NewType` says which client it is."""

from typing import Generic, NewType, TypeVar

from qdrant_client import AsyncQdrantClient, QdrantClient

AnyClient = TypeVar("AnyClient", QdrantClient, AsyncQdrantClient)
SyncClient = TypeVar("SyncClient", bound=QdrantClient)
MainClient = NewType("MainClient", QdrantClient)
other = AsyncQdrantClient(url="http://localhost:6333")


class Shelf(Generic[AnyClient]):
    def __init__(self, client: AnyClient) -> None:
        self.client = client


class SyncShelf(Shelf[QdrantClient]):
    async def names(self) -> object:
        return self.client.get_collections()  # error: QDR101


async def shelved(shelf: Shelf[QdrantClient]) -> object:
    return shelf.client.get_collections()  # error: QDR101


async def right(shelf: Shelf[AsyncQdrantClient]) -> object:
    return await shelf.client.get_collections()


async def bound(client: SyncClient) -> object:
    return client.get_collections()  # error: QDR101


async def new(client: MainClient) -> object:
    return client.get_collections()  # error: QDR101


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await SyncShelf(client).names()
    await shelved(Shelf(client))
    await right(Shelf(other))
    await bound(client)
    await new(MainClient(client))
