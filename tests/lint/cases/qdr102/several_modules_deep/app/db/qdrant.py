from typing import Optional

from qdrant_client import QdrantClient

_client: Optional[QdrantClient] = None


def init_client() -> None:
    global _client
    _client = QdrantClient(url="http://localhost:6333")


def ensure_index(name: str, field: str) -> None:
    if _client is None:
        init_client()
    _client.create_payload_index(name, field, field_schema="keyword")
