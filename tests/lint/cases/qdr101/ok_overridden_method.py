"""The subclass makes a coroutine of the blocking method."""

import asyncio

from qdrant_client import QdrantClient
from qdrant_client.http import models


class ThreadedClient(QdrantClient):
    async def count(self, collection_name: str) -> models.CountResult:  # type: ignore[override]
        return await asyncio.to_thread(super().count, collection_name)

    def get_embedding_size(self, model_name: str) -> int:
        return 384


async def main() -> None:
    client = ThreadedClient(url="http://localhost:6333")
    assert (await client.count("docs")).count == 2
    assert client.get_embedding_size("any") == 384
