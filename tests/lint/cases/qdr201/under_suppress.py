"""`suppress` hides no error here: nothing has run that could fail."""

from contextlib import suppress

from qdrant_client import AsyncQdrantClient


async def reset(client: AsyncQdrantClient, name: str) -> None:
    with suppress(ValueError):
        client.delete_collection(name)  # error: QDR201
    try:
        client.delete_collection(f"{name}-archive")  # error: QDR201
    except ValueError:
        pass
    else:
        client.update_collection_aliases([])  # error: QDR201


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    await reset(client, "docs")
    await client.close()
