"""A context manager of one's own hands out the sync client."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from qdrant_client import QdrantClient


@contextmanager
def connection(url: str) -> Iterator[QdrantClient]:
    client = QdrantClient(url=url)
    try:
        yield client
    finally:
        client.close()


async def size(url: str) -> int:
    with connection(url) as client:
        return client.count("docs").count  # error: QDR101


async def names(url: str) -> list[str]:
    with closing(QdrantClient(url=url)) as client:
        collections = client.get_collections().collections  # error: QDR101
    return [collection.name for collection in collections]


async def main() -> None:
    await size("http://localhost:6333")
    await names("http://localhost:6333")
