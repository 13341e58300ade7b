"""Methods that only look something up answer at once: there is nothing to await."""

from contextlib import suppress

from qdrant_client import AsyncQdrantClient, QdrantClient


async def address(client: AsyncQdrantClient) -> str:
    with suppress(TypeError):
        models = await QdrantClient.list_text_models()  # error: QDR203
        return str(len(models))
    size = await client.get_embedding_size("Qdrant/clip-ViT-B-32-text")  # error: QDR203
    return str(size)


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await address(client)
    await client.close()
