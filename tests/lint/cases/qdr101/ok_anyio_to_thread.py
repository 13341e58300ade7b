"""AnyIO's worker threads leave the loop free."""

import anyio.to_thread
from anyio import to_thread
from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def size() -> int:
    return (await to_thread.run_sync(client.count, "docs")).count


async def exists(name: str) -> bool:
    return await anyio.to_thread.run_sync(lambda: client.collection_exists(name))


async def main() -> None:
    await size()
    await exists("docs")
