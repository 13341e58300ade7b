from qdrant_client import QdrantClient


class VectorStore:
    def __init__(self, client: QdrantClient | None = None) -> None:
        self._client = client or QdrantClient(url="http://localhost:6333")

    def size(self, name: str) -> int:
        return self._client.count(name).count

    def drop(self, name: str) -> None:
        self._client.delete_collection(name)
