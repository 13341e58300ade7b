"""The client is imported for the type checker only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qdrant_client import QdrantClient


class Indexer:
    def __init__(self, client: QdrantClient) -> None:
        self._client = client

    async def status(self) -> str:
        info = self._client.get_collection("docs")  # error: QDR101
        return info.status.value


async def main() -> None:
    from qdrant_client import QdrantClient

    await Indexer(QdrantClient(url="http://localhost:6333")).status()
