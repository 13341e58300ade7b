"""The helper blocks a thread, and the loop goes on."""

import asyncio
from functools import partial

from qdrant_client import QdrantClient


class Store:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")

    def size(self, name: str) -> int:
        return self.client.count(name).count

    async def asize(self, name: str) -> int:
        return await asyncio.to_thread(self.size, name)

    async def total(self, names: list[str]) -> int:
        loop = asyncio.get_running_loop()
        jobs = [loop.run_in_executor(None, partial(self.size, name=name)) for name in names]
        return sum(await asyncio.gather(*jobs))


async def main() -> None:
    store = Store()
    assert await store.asize("docs") == 2
    assert await store.total(["docs", "images"]) == 4
