from qdrant_client import QdrantClient


class QdrantService:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    def all_ids(self) -> list[int | str]:
        records, _ = self.client.scroll("docs", limit=100)
        return [record.id for record in records]


qdrant_service = QdrantService()
