"""The object keeps the client and closes it in a method of its own."""

from qdrant_client import AsyncQdrantClient


class Store:
    def __init__(self) -> None:
        self.client = AsyncQdrantClient(url="http://localhost:6333")

    async def __aenter__(self) -> "Store":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()


async def main() -> None:
    async with Store() as store:
        await store.client.count("docs")
