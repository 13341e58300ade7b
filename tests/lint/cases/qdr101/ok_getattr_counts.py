"""`__getattr__` gives something else for some of the names, so nothing is certain."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from qdrant_client import QdrantClient


class HalfThreadedClient:
    def __init__(self, client: QdrantClient) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        if name in ("count", "get_collections"):
            return self._in_a_thread(name)
        return getattr(self._client, name)

    def _in_a_thread(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._client, name)

        async def call(*args: Any) -> Any:
            return await asyncio.to_thread(method, *args)

        return call


async def main() -> None:
    client = HalfThreadedClient(QdrantClient(url="http://localhost:6333"))
    assert (await client.count("docs")).count == 2
