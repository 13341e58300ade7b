"""A method of the class moves every call to a thread."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from qdrant_client import QdrantClient


class Store:
    def __init__(self, client: QdrantClient) -> None:
        self._client = client
        self._executor = ThreadPoolExecutor(max_workers=4)

    async def _run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, partial(function, *args, **kwargs))

    async def _call(self, method: str, *args: Any) -> Any:
        return await self._run(getattr(self._client, method), *args)

    async def size(self, name: str) -> int:
        return (await self._run(self._client.count, name, exact=True)).count

    async def exists(self, name: str) -> bool:
        return await self._run(lambda: self._client.collection_exists(name))

    async def drop(self, name: str) -> bool:
        return await self._call("delete_collection", name)


async def main() -> None:
    store = Store(QdrantClient(url="http://localhost:6333"))
    assert await store.size("docs") == 2
    assert await store.exists("docs")
    assert await store.drop("docs")
