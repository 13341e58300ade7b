"""The annotation promises the async client, the only caller passes the sync one."""

from qdrant_client import AsyncQdrantClient, QdrantClient


class Store:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client

    async def size(self) -> int:
        return (await self.client.count("docs")).count  # error: QDR203


async def main() -> None:
    store = Store(QdrantClient(url="http://localhost:6333"))
    await store.size()
