"""What is dropped when the service ends is built once for all that."""

from __future__ import annotations

from qdrant_client import QdrantClient

_shelf: Shelf | None = None


class Shelf:
    def __init__(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")
        self.client.get_collections()


def get_shelf() -> Shelf:
    global _shelf
    if _shelf is None:
        _shelf = Shelf()
    return _shelf


def close_shelf(shelf: Shelf) -> None:
    shelf.client.close()


def forget() -> None:
    global _shelf
    shelf, _shelf = _shelf, None
    if shelf is not None:
        close_shelf(shelf)


async def show() -> None:
    get_shelf()  # error: QDR107


async def main() -> None:
    await show()
    await show()
    forget()
