"""The thread helper is imported by name, and the work is a variable."""

from asyncio import get_running_loop, to_thread
from collections.abc import Callable

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
tools: dict[str, Callable[..., object]] = {
    "count": client.count,
    "exists": client.collection_exists,
}


async def call(tool: str, name: str) -> object:
    return await to_thread(tools[tool], name)


async def size(name: str) -> int:
    job = lambda: client.count(name).count  # noqa: E731
    first = await to_thread(job)
    second = await get_running_loop().run_in_executor(None, job)
    return max(first, second)


async def main() -> None:
    await call("exists", "docs")
    assert await size("docs") == 2
