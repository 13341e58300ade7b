from core.db import get_qdrant
from qdrant_client import QdrantClient


def ensure_collection(name: str) -> bool:
    return get_qdrant().collection_exists(name)


class VectorService:
    def __init__(self, client: QdrantClient | None = None) -> None:
        self.client = client or get_qdrant()

    def titles(self) -> list[str]:
        records, _ = self.client.scroll("docs", limit=100)
        return [str((record.payload or {}).get("title")) for record in records]


vector_service = VectorService()
