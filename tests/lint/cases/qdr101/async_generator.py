"""An async generator that scrolls with the sync client blocks at every page."""

from collections.abc import AsyncIterator

from qdrant_client import QdrantClient, models


async def scroll_all(client: QdrantClient, name: str) -> AsyncIterator[models.Record]:
    offset = None
    while True:
        points, offset = client.scroll(name, limit=100, offset=offset)  # error: QDR101
        for point in points:
            yield point
        if offset is None:
            return


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    async for point in scroll_all(client, "docs"):
        assert point.payload
