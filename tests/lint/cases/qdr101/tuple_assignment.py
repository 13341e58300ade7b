"""Two clients are bound by one assignment."""

from qdrant_client import QdrantClient

docs, images = QdrantClient(url="http://localhost:6333"), QdrantClient(url="http://localhost:6333")


def connect(url: str) -> tuple[QdrantClient, str]:
    return QdrantClient(url=url), "docs"


async def total() -> int:
    counted = docs.count("docs").count  # error: QDR101
    return counted + images.count("images").count  # error: QDR101


async def size(url: str) -> int:
    client, collection = connect(url)
    return client.count(collection).count  # error: QDR101


async def main() -> None:
    await total()
    await size("http://localhost:6333")
