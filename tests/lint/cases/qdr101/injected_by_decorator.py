"""The decorator hands the client to the function that it wraps."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from qdrant_client import QdrantClient

shared = QdrantClient(url="http://localhost:6333")


def with_client(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        return await function(shared, *args, **kwargs)

    return wrapper


@with_client
async def size(client: QdrantClient, name: str) -> int:
    return client.count(name).count  # error: QDR101


async def main() -> None:
    assert await size("docs") == 2
