"""A `for` loop over the coroutine instead of over the records."""

from qdrant_client import AsyncQdrantClient


async def print_titles(client: AsyncQdrantClient, ids: list[int]) -> None:
    for record in client.retrieve("docs", ids=ids):  # error: QDR202
        print(record.payload)


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await print_titles(client, [1, 2])
    await client.close()
