"""A coroutine has no first element."""

from qdrant_client import AsyncQdrantClient, models


async def get(client: AsyncQdrantClient, point_id: int) -> models.Record:
    return client.retrieve("docs", ids=[point_id])[0]  # error: QDR202


async def main() -> None:
    await get(AsyncQdrantClient(url="http://localhost:6333"), 1)
