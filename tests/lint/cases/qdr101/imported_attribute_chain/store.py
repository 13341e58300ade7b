from qdrant_client import QdrantClient


class Store:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    @property
    def raw(self):
        return self.client
