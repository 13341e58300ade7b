"""Names that a loop, an `except` or a `with` has bound to something else."""

import io

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


class Shelf:
    def count(self, name: str) -> int:
        return len(name)


async def totals(shelves: list[Shelf]) -> int:
    total = 0
    for client in shelves:
        total += client.count("docs")
    return total


async def lines(text: str) -> int:
    with io.StringIO(text) as client:
        return sum(1 for _ in client)


async def main() -> None:
    assert await totals([Shelf(), Shelf()]) == 8
    assert await lines("a\nb") == 2
