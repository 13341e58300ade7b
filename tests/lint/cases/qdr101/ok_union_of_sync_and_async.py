"""Either client may come in, and the result is awaited only when it must be."""

import inspect
from typing import Union

from qdrant_client import AsyncQdrantClient, QdrantClient

AnyClient = Union[QdrantClient, AsyncQdrantClient]


async def size(client: AnyClient, name: str) -> int:
    result = client.count(name)
    if inspect.isawaitable(result):
        result = await result
    return result.count


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await size(client, "docs")
    await client.close()
