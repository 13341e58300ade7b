"""The parameter hides the module's sync client."""

from qdrant_client import AsyncQdrantClient, QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def size(client: AsyncQdrantClient) -> int:
    return (await client.count("docs")).count


async def sizes(names: list[str]) -> list[int]:
    async with AsyncSession() as client:
        return [(await client.count(name)).count for name in names]


class AsyncSession:
    async def __aenter__(self) -> AsyncQdrantClient:
        self.client = AsyncQdrantClient(url="http://localhost:6333")
        return self.client

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await size(client)
    await sizes(["docs"])
    await client.close()
