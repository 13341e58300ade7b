"""The attribute is declared in __init__ and filled in another method."""

from typing import Optional

from qdrant_client import QdrantClient


class Store:
    def __init__(self) -> None:
        self._client: Optional[QdrantClient] = None

    async def connect(self) -> None:
        self._client = QdrantClient(url="http://localhost:6333")

    async def size(self) -> int:
        assert self._client is not None
        return self._client.count("docs").count  # error: QDR101


async def main() -> None:
    store = Store()
    await store.connect()
    await store.size()
