"""The client may be missing after the `try`; where it is used, it is there."""

from qdrant_client import QdrantClient


def connect(url: str) -> QdrantClient:
    return QdrantClient(url=url)


async def size(url: str, name: str) -> int:
    try:
        client = connect(url)
    except ValueError:
        client = None
    if client is None:
        return 0
    return client.count(name).count  # error: QDR101


async def main() -> None:
    assert await size("http://localhost:6333", "docs") == 2
