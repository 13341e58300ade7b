"""The left side of `and` and of `or` is always true."""

from qdrant_client import AsyncQdrantClient


async def snapshot(client: AsyncQdrantClient, name: str) -> None:
    if client.collection_exists(name) and name != "tmp":  # error: QDR202
        await client.create_snapshot(name)


async def known(client: AsyncQdrantClient, name: str) -> bool:
    return client.collection_exists(name) or name in {"docs"}  # error: QDR202


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await snapshot(client, "docs")
    assert await known(client, "nowhere")
    await client.close()
