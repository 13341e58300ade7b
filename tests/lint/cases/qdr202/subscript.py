"""A coroutine has no first element."""

from qdrant_client import AsyncQdrantClient, models


async def get(client: AsyncQdrantClient, point_id: int) -> models.Record:
    return client.retrieve("docs", ids=[point_id])[0]  # error: QDR202


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await get(client, 1)
    await client.close()
