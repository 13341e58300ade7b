"""The coroutine is taken for the list of records two lines later."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def title(point_id: int) -> str:
    records = client.retrieve("docs", ids=[point_id])  # error: QDR202
    payload = records[0].payload or {}
    return str(payload.get("title", ""))


async def main() -> None:
    await title(1)
