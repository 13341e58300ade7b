"""An annotation in quotes is an annotation."""

import typing as t

import qdrant_client


async def size(client: "qdrant_client.QdrantClient") -> int:
    return client.count("docs").count  # error: QDR101


async def names(client: t.Optional["qdrant_client.QdrantClient"]) -> list[str]:
    assert client is not None
    return [c.name for c in client.get_collections().collections]  # error: QDR101


async def main() -> None:
    client = qdrant_client.QdrantClient(url="http://localhost:6333")
    await size(client)
    await names(client)
