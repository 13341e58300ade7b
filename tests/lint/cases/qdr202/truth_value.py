"""A coroutine is always true, so the collection is never created."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def ensure_collection(name: str) -> None:
    if not client.collection_exists(name):  # error: QDR202
        await client.create_collection(
            name,
            vectors_config=models.VectorParams(size=4, distance=models.Distance.COSINE),
        )


async def main() -> None:
    await ensure_collection("docs")
