"""A guard that something resets lets the work block again and again."""

from functools import cache

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


class Names:
    def __init__(self) -> None:
        self.names: list[str] | None = None
        self.sizes: dict[str, int] = {}

    def all(self) -> list[str]:
        if self.names is None:
            self.names = [one.name for one in client.get_collections().collections]
        return self.names

    def size(self) -> int:
        if "docs" not in self.sizes:
            self.sizes["docs"] = client.count("docs").count
        return self.sizes["docs"]

    def forget(self) -> None:
        self.names = None
        self.sizes.clear()


@cache
def shape() -> object:
    return client.get_collection("docs").config


async def show(names: Names) -> None:
    names.all()  # error: QDR102
    names.size()  # error: QDR102
    shape()  # error: QDR102
    names.forget()
    shape.cache_clear()


async def main() -> None:
    await show(Names())
