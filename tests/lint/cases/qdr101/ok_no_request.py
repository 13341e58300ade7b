"""Making, inspecting and closing a sync client sends no request."""

from qdrant_client import QdrantClient


async def vector_size(model: str) -> int:
    client = QdrantClient(url="http://localhost:6333")
    try:
        return client.get_embedding_size(model)
    finally:
        client.close()


async def supported() -> list[str]:
    return sorted(QdrantClient.list_text_models())


async def main() -> None:
    assert await vector_size("Qdrant/clip-ViT-B-32-text") == 512
    assert await supported()
