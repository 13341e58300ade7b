"""The parameter asks for a protocol only; the caller hands over a client, or something else."""

from typing import Protocol

from qdrant_client import QdrantClient


class Counts(Protocol):
    def count(self, collection_name: str) -> object: ...


class Memory:
    def count(self, collection_name: str) -> object:
        return 0


class Shelf:
    def __init__(self, counts: Counts) -> None:
        self.counts = counts

    def size(self) -> object:
        return self.counts.count("docs")


def size(counts: Counts) -> object:
    return counts.count("docs")


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    size(Memory())
    size(client)  # error: QDR102
    Shelf(Memory()).size()
    Shelf(client).size()  # error: QDR102
