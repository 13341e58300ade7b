"""A helper of the project makes a loop for each coroutine that it gets."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


class Catalogue:
    def __init__(self) -> None:
        self.link = client

    async def size(self) -> int:
        return (await self.link.count("docs")).count


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(coroutine)  # error: QDR302
    finally:
        loop.close()


def main() -> None:
    run(client.count("docs"))
    run(Catalogue().size())
