"""The generated REST API below the client blocks as the client does."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def names() -> list[str]:
    response = client.http.collections_api.get_collections()  # error: QDR101
    assert response.result is not None
    return [collection.name for collection in response.result.collections]


async def main() -> None:
    await names()
