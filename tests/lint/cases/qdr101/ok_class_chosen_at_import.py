"""Which client it is depends on a setting."""

import inspect
import os

from qdrant_client import AsyncQdrantClient, QdrantClient

Client = QdrantClient if os.environ.get("QDRANT_SYNC") else AsyncQdrantClient

if os.environ.get("QDRANT_SYNC"):
    client = QdrantClient(url="http://localhost:6333")
else:
    client = AsyncQdrantClient(url="http://localhost:6333")


async def size(name: str) -> int:
    result = client.count(name)
    if inspect.isawaitable(result):
        result = await result
    return result.count


async def exists(name: str) -> bool:
    chosen = Client(url="http://localhost:6333")
    answer = chosen.collection_exists(name)
    await chosen.close()
    return await answer if inspect.isawaitable(answer) else answer


async def main() -> None:
    assert await size("docs") == 2
