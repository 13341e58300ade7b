"""A subclass of the sync client got coroutines that call the inherited methods."""

from qdrant_client import QdrantClient


class ServiceClient(QdrantClient):
    async def size(self, name: str) -> int:
        if not self.collection_exists(name):  # error: QDR101
            return 0
        return super().count(name).count  # error: QDR101


async def main() -> None:
    assert await ServiceClient(url="http://localhost:6333").size("docs") == 2
