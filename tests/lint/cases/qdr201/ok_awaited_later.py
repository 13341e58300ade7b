"""The coroutine gets a name now and is awaited later."""

from qdrant_client import AsyncQdrantClient


class Batch:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client

    def start(self, name: str) -> None:
        self.pending = self.client.count(name)

    async def finish(self) -> int:
        return (await self.pending).count


async def sizes(client: AsyncQdrantClient) -> int:
    docs = client.count("docs")
    images = client.count("images")
    return (await docs).count + (await images).count


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await sizes(client)
    batch = Batch(client)
    batch.start("docs")
    await batch.finish()
    await client.close()
