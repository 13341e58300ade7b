"""The client has no name at all."""

import qdrant_client


async def list_collections(url: str) -> list[str]:
    response = qdrant_client.QdrantClient(url=url).get_collections()  # error: QDR101
    return [collection.name for collection in response.collections]


async def main() -> None:
    await list_collections("http://localhost:6333")
