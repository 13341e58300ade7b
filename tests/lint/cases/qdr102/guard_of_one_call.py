"""A variable of the function itself is missing in each call, and a clock makes a guard open again."""

import time

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
_size: int | None = None
_at = 0.0


def find(size: int | None = None) -> int:
    if size is None:
        size = client.count("docs").count
    return size


def recent() -> int:
    global _size, _at
    if _size is None or time.monotonic() - _at > 60:
        _size = client.count("docs").count
        _at = time.monotonic()
    return _size


async def main() -> None:
    find()  # error: QDR102
    recent()  # error: QDR102
