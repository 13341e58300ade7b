from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


class Store:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    def names(self) -> object:
        return self.client.get_collections()


def names() -> object:
    return client.get_collections()


def find() -> object:
    return Store().names()


async def page() -> object:
    return find()  # error: QDR102
