"""A property hands out the client."""

from functools import cached_property

from qdrant_client import QdrantClient


class Store:
    @property
    def client(self) -> QdrantClient:
        return QdrantClient(url="http://localhost:6333")

    @cached_property
    def archive(self):
        return QdrantClient(url="http://localhost:6333")

    async def sizes(self) -> tuple[int, int]:
        current = self.client.count("docs").count  # error: QDR101
        return current, self.archive.count("archive").count  # error: QDR101


async def main() -> None:
    store = Store()
    await store.sizes()
    store.archive.delete_collection("archive")  # error: QDR101
