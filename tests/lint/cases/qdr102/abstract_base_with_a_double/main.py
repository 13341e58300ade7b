"""Beside the one real implementation, tests have a double that does not block."""

from service import search
from store import QdrantStore


async def main() -> None:
    assert await search(QdrantStore()) == 2
