"""Reading the attribute sends a request."""

from qdrant_client import QdrantClient


class Store:
    def __init__(self, client: QdrantClient) -> None:
        self.client = client

    @property
    def size(self) -> int:
        return self.client.count("docs").count

    async def is_empty(self) -> bool:
        return self.size == 0  # error: QDR102


async def main() -> None:
    store = Store(QdrantClient(url="http://localhost:6333"))
    assert not await store.is_empty()
    assert store.size == 2  # error: QDR102
