"""`scroll` returns a pair, but only after an `await`."""

from qdrant_client import AsyncQdrantClient, models

client = AsyncQdrantClient(url="http://localhost:6333")


async def first_page(name: str) -> list[models.Record]:
    points, offset = client.scroll(name, limit=10)  # error: QDR202
    return points


async def main() -> None:
    await first_page("docs")
