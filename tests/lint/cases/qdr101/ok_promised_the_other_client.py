"""The annotation promises the sync client, every caller passes the async one."""

from __future__ import annotations

from dataclasses import dataclass

from qdrant_client import AsyncQdrantClient, QdrantClient


class Agent:
    def __init__(self, client: QdrantClient, limit: int) -> None:
        self.client = client
        self.limit = limit

    async def act(self) -> object:
        return await self.client.scroll("docs", limit=self.limit)


async def size(client: QdrantClient | None) -> int:
    return (await client.count("docs")).count if client else 0


async def exists(*, client: QdrantClient) -> bool:
    return await client.collection_exists("docs")


@dataclass
class Settings:
    url: str = "http://localhost:6333"


def connect(settings: Settings) -> AsyncQdrantClient:
    return AsyncQdrantClient(url=settings.url)


async def main() -> None:
    client = connect(Settings())
    await Agent(client, 10).act()
    await size(client)
    await exists(client=client)
    await client.close()
