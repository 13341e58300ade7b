"""The guard is an `or`, a conditional expression, a key that is not there."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
_kept: dict[str, list[str]] = {}


class Shelf:
    size: int | None = None
    count: int = 0

    async def measure(self) -> None:
        self.size = self.size or client.count("docs").count  # error: QDR107
        self.count = self.count if self.count else client.count("a").count  # error: QDR107


async def names() -> list[str]:
    if "names" not in _kept:
        answer = client.get_collections()  # error: QDR107
        _kept["names"] = [one.name for one in answer.collections]
    return _kept["names"]


async def main() -> None:
    shelf = Shelf()
    await shelf.measure()
    await shelf.measure()
    await names()
    await names()
