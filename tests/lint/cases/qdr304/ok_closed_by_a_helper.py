"""The function that gets the client closes it."""

from qdrant_client import AsyncQdrantClient


async def finish(client: AsyncQdrantClient) -> int:
    try:
        return (await client.count("docs")).count
    finally:
        await client.close()


async def size(url: str) -> int:
    client = AsyncQdrantClient(url=url)
    return await finish(client)


async def main() -> None:
    assert await size("http://localhost:6333") == 2
