"""One client gets two names."""

from qdrant_client import QdrantClient


class Registry:
    def __init__(self) -> None:
        self.reader = self.writer = QdrantClient(url="http://localhost:6333")

    async def drop(self, name: str) -> bool:
        known = self.reader.collection_exists(name)  # error: QDR101
        return known and self.writer.delete_collection(name)  # error: QDR101


async def main() -> None:
    await Registry().drop("docs")
