"""The coroutine of a wrapper of one's own is true, whatever the client would have said."""

from qdrant_client import AsyncQdrantClient


class Store:
    def __init__(self) -> None:
        self.client = AsyncQdrantClient(url="http://localhost:6333")

    async def exists(self, name: str) -> bool:
        return await self.client.collection_exists(name)


async def main() -> None:
    store = Store()
    if not store.exists("docs"):  # error: QDR202
        print("missing")
