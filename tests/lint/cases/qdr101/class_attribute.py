"""All instances share one sync client that belongs to the class."""

from qdrant_client import QdrantClient


class Catalog:
    client = QdrantClient(url="http://localhost:6333")

    async def size(self) -> int:
        return self.client.count("catalog").count  # error: QDR101

    @classmethod
    async def rebuild(cls) -> None:
        cls.client.delete_collection("catalog")  # error: QDR101


async def main() -> None:
    await Catalog().size()
    await Catalog.rebuild()
    assert Catalog.client.collection_exists("catalog")  # error: QDR101
