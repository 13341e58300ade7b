"""A proxy turns every method of the sync client into a coroutine."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from qdrant_client import QdrantClient


class ThreadedProxy:
    def __init__(self, client: QdrantClient) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._client, name)

        async def call(*args: Any, **kwargs: Any) -> Any:
            return await asyncio.to_thread(method, *args, **kwargs)

        return call


async def main() -> None:
    client = ThreadedProxy(QdrantClient(url="http://localhost:6333"))
    assert (await client.count("docs")).count == 2
