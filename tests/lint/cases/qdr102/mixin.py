"""The mixin declares the client, another base class makes it."""

from qdrant_client import QdrantClient


class SearchMixin:
    client: QdrantClient

    def size(self, name: str) -> int:
        return self.client.count(name).count


class Connected:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")


class Service(SearchMixin, Connected):
    async def report(self, name: str) -> str:
        return f"{name}: {self.size(name)}"  # error: QDR102


async def main() -> None:
    await Service().report("docs")
