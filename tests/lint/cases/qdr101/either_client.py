"""A call that nobody awaits is wrong with either client: it blocks, or it is lost."""

from qdrant_client import AsyncQdrantClient, QdrantClient


class Depot:
    def __init__(self) -> None:
        self.link: QdrantClient | AsyncQdrantClient | None = None

    async def join(self) -> None:
        self.link = QdrantClient(url="http://localhost:6333")

    async def join_other(self) -> None:
        self.link = AsyncQdrantClient(url="http://localhost:6333")

    async def remove(self, name: str) -> None:
        assert self.link is not None
        self.link.delete_collection(name)  # error: QDR101

    async def size(self, name: str) -> int:
        assert self.link is not None
        return self.link.count(name).count  # error: QDR101


async def names(client: QdrantClient | AsyncQdrantClient) -> object:
    return client.get_collections()  # error: QDR101


async def main() -> None:
    depot = Depot()
    await depot.join()
    await depot.remove("docs")
    await depot.size("docs")
    await names(QdrantClient(url="http://localhost:6333"))
