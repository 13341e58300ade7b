"""`async for` wants an iterator, and a coroutine is none."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def print_all(name: str) -> None:
    async for record in client.scroll(name):  # error: QDR202
        print(record)


async def main() -> None:
    await print_all("docs")
