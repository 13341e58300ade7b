"""Two plain functions lie between the coroutine and the loop that it starts."""

import asyncio

from qdrant_client import AsyncQdrantClient


class Store:
    def __init__(self) -> None:
        self.client = AsyncQdrantClient(url="http://localhost:6333")

    async def count(self) -> int:
        return (await self.client.count("docs")).count

    def count_sync(self) -> int:
        loop = asyncio.new_event_loop()
        try:
            return loop.run_until_complete(self.count())
        finally:
            loop.close()


def report(store: Store) -> str:
    return f"{store.count_sync()} documents"


async def main() -> None:
    store = Store()
    print(report(store))  # error: QDR301
    await store.client.close()
