"""The call stands inside an awaited call and is handed over unevaluated."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from qdrant_client import QdrantClient

T = TypeVar("T")
client = QdrantClient(url="http://localhost:6333")


async def in_thread(function: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, function)


async def size(name: str) -> int:
    return (await in_thread(lambda: client.count(name))).count


async def main() -> None:
    await size("docs")
