"""The base class makes the client, the subclass blocks on it."""

from qdrant_client import QdrantClient


class BaseRepository:
    collection = "docs"

    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")


class NoteRepository(BaseRepository):
    def __init__(self) -> None:
        super().__init__()
        self.collection = "notes"

    async def size(self) -> int:
        return self.client.count(self.collection).count  # error: QDR101


async def main() -> None:
    await NoteRepository().size()
