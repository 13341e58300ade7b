"""The parameter's annotation says that the client is the sync one."""

from qdrant_client import QdrantClient


async def tag(client: QdrantClient, ids: list[int], *, tag: str) -> None:
    client.set_payload("docs", payload={"tag": tag}, points=ids)  # error: QDR101


async def untag(ids: list[int], *clients: QdrantClient) -> None:
    for client in clients:
        client.delete_payload("docs", keys=["tag"], points=ids)  # error: QDR101


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await tag(client, [1, 2], tag="new")
    await untag([1, 2], client)
