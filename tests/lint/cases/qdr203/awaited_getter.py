"""A plain function gives the client at once, so there is nothing to await."""

from qdrant_client import AsyncQdrantClient

_client: AsyncQdrantClient | None = None


def get_client() -> AsyncQdrantClient:
    global _client
    if _client is None:
        _client = AsyncQdrantClient(url="http://localhost:6333")
    return _client


class Store:
    def __init__(self) -> None:
        self._own = AsyncQdrantClient(url="http://localhost:6333")

    def own(self):
        return self._own

    async def size(self) -> int:
        client = await self.own()  # error: QDR203
        return (await client.count("docs")).count


async def main() -> None:
    try:
        await Store().size()
    except TypeError:
        client = await get_client()  # error: QDR203
        await client.count("docs")
