"""The name says "exists", the value is a coroutine."""

from qdrant_client import AsyncQdrantClient, models


class Store:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self._client = client

    async def ensure(self, name: str) -> None:
        exists = self._client.collection_exists(name)  # error: QDR202
        if exists:
            return
        await self._client.create_collection(
            name,
            vectors_config=models.VectorParams(size=4, distance=models.Distance.COSINE),
        )


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await Store(client).ensure("docs")
    await client.close()
