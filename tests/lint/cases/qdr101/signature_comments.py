"""Comments promise types in code that was written before annotations."""

from qdrant_client import AsyncQdrantClient, QdrantClient

made = {}
made["plain"] = QdrantClient(url="http://localhost:6333")
others = {}  # type: dict[str, AsyncQdrantClient]


def get(name):
    # type: (str) -> QdrantClient
    return vars()["name"] and made[name]


async def size(client, name="docs"):
    # type: (QdrantClient, str) -> int
    return client.count(name).count  # error: QDR101


async def exists(
    client,  # type: QdrantClient
    name,  # type: str
):
    # type: (...) -> bool
    return client.collection_exists(name)  # error: QDR101


async def size_of_made() -> int:
    return get("plain").count("docs").count  # error: QDR101


async def main() -> None:
    await size(made["plain"])
    await exists(made["plain"], "docs")
    await size_of_made()
