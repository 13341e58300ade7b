"""A helper calls the method that it is told the name of."""

import asyncio

from qdrant_client import QdrantClient


class Facade:
    def __init__(self) -> None:
        self._client = QdrantClient(url="http://localhost:6333")

    def call(self, method: str, name: str) -> object:
        return getattr(self._client, method)(name)

    def options(self, name: str) -> object:
        return getattr(self._client, name)


async def main() -> None:
    facade = Facade()
    facade.call("count", "docs")  # error: QDR102
    facade.call(method="scroll", name="docs")  # error: QDR102
    facade.options("init_options")
    await asyncio.to_thread(facade.call, "count", "docs")
