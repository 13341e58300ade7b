"""The properties and plain methods of the async client that send no request."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def describe(model: str) -> str:
    size = client.get_embedding_size(model)
    options = client.init_options
    response = await client.http.collections_api.get_collections()
    assert response.result is not None
    return f"{options['url']}: {len(response.result.collections)} collections, {size} dimensions"


async def main() -> None:
    assert "512" in await describe("Qdrant/clip-ViT-B-32-text")
