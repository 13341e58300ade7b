"""Methods that return `self` are chained until one of them blocks."""

from qdrant_client import QdrantClient


class Store:
    def __init__(self) -> None:
        self.client: QdrantClient | None = None
        self.name = ""

    def connect(self, url: str) -> "Store":
        self.client = QdrantClient(url=url)
        return self

    def use(self, name: str):
        self.name = name
        return self

    def size(self) -> int:
        assert self.client is not None
        return self.client.count(self.name).count


async def main() -> None:
    Store().connect("http://localhost:6333").use("docs").size()  # error: QDR102
