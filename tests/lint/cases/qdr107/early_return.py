"""The guard is a `return` before the work, or an error that the first call gets."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
_size: int | None = None


class Shelf:
    names: list[str]

    def all_names(self) -> list[str]:
        try:
            return self.names
        except AttributeError:
            self.names = [one.name for one in client.get_collections().collections]
            return self.names


shelf = Shelf()


async def size() -> int:
    global _size
    if _size is not None:
        return _size
    _size = client.count("docs").count  # error: QDR107
    return _size


async def show() -> None:
    shelf.all_names()  # error: QDR107


async def main() -> None:
    await size()
    await size()
    await show()
    await show()
