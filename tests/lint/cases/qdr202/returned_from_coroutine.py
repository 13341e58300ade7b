"""The `async def` returns the client's coroutine: one `await` is not enough."""

from typing import Any

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def count(name: str) -> Any:
    return client.count(name)


async def is_empty(name: str) -> bool:
    result = await count(name)  # error: QDR202
    return result.count == 0


async def main() -> None:
    await is_empty("docs")
