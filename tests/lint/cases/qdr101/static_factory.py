"""Static and class methods that make the client."""

from qdrant_client import QdrantClient


class Database:
    _instance: QdrantClient | None = None

    @staticmethod
    def connect(url: str) -> QdrantClient:
        return QdrantClient(url=url)

    @classmethod
    def instance(cls) -> QdrantClient:
        if cls._instance is None:
            cls._instance = cls.connect("http://localhost:6333")
        return cls._instance


async def size() -> int:
    return Database.instance().count("docs").count  # error: QDR101


async def ping(url: str) -> None:
    Database.connect(url).get_collections()  # error: QDR101


async def main() -> None:
    await size()
    await ping("http://localhost:6333")
