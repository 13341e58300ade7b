"""A client that is made on first use, the classic of `get_client()`."""

from typing import Optional

from qdrant_client import QdrantClient

_client: Optional[QdrantClient] = None


def get_client() -> QdrantClient:
    global _client
    if _client is None:
        _client = QdrantClient(url="http://localhost:6333")
    return _client


async def is_ready() -> bool:
    return bool(get_client().get_collections().collections)  # error: QDR101


async def raw_size() -> int:
    assert _client is not None
    return _client.count("docs").count  # error: QDR101


async def main() -> None:
    await is_ready()
    await raw_size()
