"""Truth value, comparison and attributes of the client itself ask nobody."""

from qdrant_client import QdrantClient


class Store:
    def __init__(self, client: QdrantClient | None = None) -> None:
        self.client = client

    async def describe(self) -> str:
        if not self.client:
            return "no client"
        other = self.client
        same = other is self.client and isinstance(other, QdrantClient)
        url = self.client.init_options.get("url")
        return (
            f"{type(self.client).__name__} for {url}, {same=}, {hash(other) == hash(self.client)}"
        )

    async def close(self) -> None:
        if self.client is not None:
            self.client.close()
        self.client = None


async def main() -> None:
    store = Store(QdrantClient(url="http://localhost:6333"))
    assert "localhost" in await store.describe()
    await store.close()
