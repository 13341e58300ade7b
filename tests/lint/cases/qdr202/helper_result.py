"""The helper returns the coroutine, its caller takes it for the result."""

from collections.abc import Awaitable

from qdrant_client import AsyncQdrantClient
from qdrant_client.http import models

client = AsyncQdrantClient(url="http://localhost:6333")


def count(name: str) -> Awaitable[models.CountResult]:
    return client.count(name, exact=True)


async def is_empty(name: str) -> bool:
    return count(name).count == 0  # error: QDR202


async def main() -> None:
    await is_empty("docs")
