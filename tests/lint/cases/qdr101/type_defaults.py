"""A type parameter that nobody is given stands for its default."""
# requires: 3.13

from qdrant_client import QdrantClient


class Box[T = QdrantClient]:
    def __init__(self, client: T) -> None:
        self.client: T = client


class Named[K: str, T: QdrantClient = QdrantClient](Box[T]):
    name: K


async def boxed(box: Box) -> object:
    return box.client.get_collections()  # error: QDR101


async def named(box: Named[str, QdrantClient]) -> object:
    return box.client.get_collections()  # error: QDR101


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await boxed(Box(client))
    await named(Named(client))
