"""A class method that builds the object asks the server on the loop."""

from qdrant_client import QdrantClient, models


class Collection:
    def __init__(self, client: QdrantClient, name: str) -> None:
        self.__client = client
        self.name = name

    @classmethod
    async def open(cls, name: str) -> "Collection":
        client = QdrantClient(url="http://localhost:6333")
        if not client.collection_exists(name):  # error: QDR101
            raise LookupError(name)
        return cls(client, name)

    async def get(self, point: int) -> models.Record:
        return self.__client.retrieve(self.name, ids=[point])[0]  # error: QDR101


async def main() -> None:
    collection = await Collection.open("docs")
    await collection.get(1)
