"""A property that gives a client, and a name, are no awaitables either."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


class Store:
    @property
    def link(self) -> AsyncQdrantClient:
        return client

    async def size(self) -> int:
        link = await self.link  # error: QDR203
        return (await link.count("docs")).count


async def exists() -> bool:
    return await (await client).collection_exists("docs")  # error: QDR203


async def main() -> None:
    for run in (Store().size, exists):
        try:
            await run()
        except TypeError:
            continue
