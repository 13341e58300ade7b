"""The one object of a class is made once, whoever asks for it first."""

from __future__ import annotations

from qdrant_client import QdrantClient


class Store:
    _instance: Store | None = None

    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")
        self.client.get_collections()

    @classmethod
    def get(cls) -> Store:
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance


async def ask() -> None:
    Store.get()  # error: QDR107


async def main() -> None:
    await ask()
    await ask()
