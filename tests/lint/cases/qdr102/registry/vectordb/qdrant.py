from qdrant_client import QdrantClient

from vectordb.base import BaseVectorDB


class QdrantVectorDB(BaseVectorDB):
    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.client = QdrantClient(url=url)

    def size(self, name: str) -> int:
        return self.client.count(name).count

    def drop(self, name: str) -> None:
        self.client.delete_collection(name)
