"""A protocol describes the store; the one class that fits it blocks."""

from typing import Protocol

from store import QdrantStore


class Store(Protocol):
    def size(self, name: str) -> int: ...


class Service:
    def __init__(self, store: Store) -> None:
        self.store = store

    async def describe(self, name: str) -> str:
        return f"{name}: {self.store.size(name)}"  # error: QDR102


async def main() -> None:
    await Service(QdrantStore()).describe("docs")
