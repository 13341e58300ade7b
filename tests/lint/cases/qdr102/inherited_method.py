"""The method comes from the base class, and `super()` leads to it as well."""

from qdrant_client import QdrantClient


class Repository:
    collection = "docs"

    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    def size(self) -> int:
        return self.client.count(self.collection).count


class ImageRepository(Repository):
    collection = "images"

    async def is_empty(self) -> bool:
        return self.size() == 0  # error: QDR102

    async def base_size(self) -> int:
        return super().size()  # error: QDR102


async def main() -> None:
    repository = ImageRepository()
    await repository.is_empty()
    await repository.base_size()
