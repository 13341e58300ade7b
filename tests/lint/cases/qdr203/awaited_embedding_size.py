"""`get_embedding_size` of the async client answers at once: it returns a number."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def vector_size(model: str) -> int:
    return await client.get_embedding_size(model)  # error: QDR203


async def main() -> None:
    await vector_size("Qdrant/clip-ViT-B-32-text")
