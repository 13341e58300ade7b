import base
from qdrant_client import QdrantClient


class Remote(base.Store):
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    def size(self, name: str) -> int:
        return self.client.count(name).count
