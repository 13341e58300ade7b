"""A callback may be of either kind, and the code asks which before it calls it."""

import inspect
from collections.abc import Callable
from typing import Any

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def count() -> None:
    await client.count("docs")


class Runner:
    def __init__(self, callback: Callable[[], Any]) -> None:
        self.callback = callback

    async def run(self) -> None:
        if inspect.iscoroutinefunction(self.callback):
            await self.callback()
        else:
            self.callback()


async def main() -> None:
    await Runner(count).run()
