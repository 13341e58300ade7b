"""A class pattern shows which client it is."""

from qdrant_client import AsyncQdrantClient, QdrantClient


async def names(client: object) -> object:
    match client:
        case QdrantClient():
            return client.get_collections()  # error: QDR101
        case AsyncQdrantClient() as other:
            return await other.get_collections()
    return None


async def named(holder: object) -> object:
    match holder:
        case {"client": QdrantClient() as client}:
            return client.get_collections()  # error: QDR101
    return None


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await names(client)
    await named({"client": client})
