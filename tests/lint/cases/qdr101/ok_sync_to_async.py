"""asgiref's `sync_to_async` makes an awaitable of a blocking method."""

from asgiref.sync import sync_to_async
from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
count = sync_to_async(client.count)


@sync_to_async
def drop(name: str) -> None:
    client.delete_collection(name)


async def size() -> int:
    exists = await sync_to_async(client.collection_exists, thread_sensitive=False)("docs")
    return (await count("docs")).count if exists else 0


async def main() -> None:
    await size()
    await drop("docs")
