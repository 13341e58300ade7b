"""`async for` over an async generator of one's own."""

from collections.abc import AsyncIterator

from qdrant_client import AsyncQdrantClient, models


class Pages:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client

    async def scroll(self, name: str) -> AsyncIterator[models.Record]:
        offset = None
        while True:
            records, offset = await self.client.scroll(name, offset=offset)
            for record in records:
                yield record
            if offset is None:
                break


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    pages = Pages(client)
    ids = [record.id async for record in pages.scroll("docs")]
    assert len(ids) == 2
    await client.close()
