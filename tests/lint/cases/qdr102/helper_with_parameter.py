"""The helper gets the sync client handed over."""

from qdrant_client import QdrantClient


def ensure_collection(client: QdrantClient, name: str) -> bool:
    return client.collection_exists(name)


def untyped_size(client, name):
    return client.count(name).count


async def start(client: QdrantClient) -> int:
    if ensure_collection(client, "docs"):  # error: QDR102
        return untyped_size(client, "docs")  # error: QDR102
    return 0


async def main() -> None:
    await start(QdrantClient(url="http://localhost:6333"))
