"""The client is named in a signature, and another object does the work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qdrant_client import QdrantClient


@dataclass
class Cache:
    source: QdrantClient | None = None
    entries: dict[str, int] = field(default_factory=dict)

    def count(self, name: str) -> int:
        return self.entries.get(name, 0)

    async def delete(self, name: str) -> None:
        self.entries.pop(name, None)


async def main() -> None:
    cache = Cache()
    cache.count("docs")
    await cache.delete("docs")
