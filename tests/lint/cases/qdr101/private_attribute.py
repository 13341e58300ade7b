"""A private attribute of a class with slots."""

from qdrant_client import QdrantClient


class Store:
    __slots__ = ("__client", "_names")

    def __init__(self) -> None:
        self.__client = QdrantClient(url="http://localhost:6333")
        self._names: list[str] = []

    async def refresh(self) -> None:
        response = self.__client.get_collections()  # error: QDR101
        self._names = [collection.name for collection in response.collections]


async def main() -> None:
    await Store().refresh()
