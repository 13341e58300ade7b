"""A helper awaits what can be awaited."""

import inspect
from typing import Any

from qdrant_client import AsyncQdrantClient


async def settle(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


class Store:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client
        self.pending: dict[str, Any] = {}

    def prefetch(self, name: str) -> None:
        self.pending[name] = self.client.count(name)

    async def size(self, name: str) -> int:
        self.prefetch(name)
        return (await settle(self.pending.pop(name))).count


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    assert await Store(client).size("docs") == 2
    assert (await settle(client.count("docs"))).count == 2
    await client.close()
