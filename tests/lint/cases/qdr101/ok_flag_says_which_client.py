"""A flag says which client it is: the branch that does not await has the other one."""

from qdrant_client import AsyncQdrantClient, QdrantClient

URL = "http://localhost:6333"


class Store:
    def __init__(self, client: QdrantClient | AsyncQdrantClient, *, is_async: bool) -> None:
        self.client = client
        self.is_async = is_async

    async def size(self) -> int:
        if self.is_async:
            return (await self.client.count("docs")).count
        return self.client.count("docs").count

    async def drop(self) -> None:
        if not self.is_async:
            self.client.delete_collection("docs")
        else:
            await self.client.delete_collection("docs")


async def exists(client: QdrantClient | AsyncQdrantClient, mode: str) -> bool:
    return await client.collection_exists("docs") if mode == "a" else client.collection_exists("docs")


async def tag(client: QdrantClient | AsyncQdrantClient, mode: str) -> None:
    if mode == "s":
        client.set_payload("docs", payload={"tag": "new"}, points=[1])
        return
    await client.set_payload("docs", payload={"tag": "new"}, points=[1])


async def main() -> None:
    client = AsyncQdrantClient(url=URL)
    store = Store(client, is_async=True)
    await store.size()
    await store.drop()
    await exists(client, "a")
    await tag(client, "a")
    await client.close()
