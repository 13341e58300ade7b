"""The class keeps its only instance, and the instance keeps the client."""

from typing import ClassVar, Optional

from qdrant_client import QdrantClient


class Database:
    _instance: ClassVar[Optional["Database"]] = None

    def __new__(cls) -> "Database":
        if cls._instance is None:
            cls._instance = super().__new__(cls)
            cls._instance.client = QdrantClient(url="http://localhost:6333")
        return cls._instance

    @classmethod
    def get(cls) -> "Database":
        return cls()


async def size(name: str) -> int:
    return Database.get().client.count(name).count  # error: QDR101


async def main() -> None:
    await size("docs")
    Database().client.create_snapshot("docs")  # error: QDR101
