from qdrant_client import QdrantClient

from .base import VectorDatabase


class QdrantDatabase(VectorDatabase):
    def __init__(self, url: str) -> None:
        self.client = QdrantClient(url=url)

    def search(self, vector: list[float]) -> list[str]:
        return [str(hit.id) for hit in self.client.query_points("docs", query=vector).points]

    def delete(self, name: str) -> None:
        self.client.delete_collection(name)
