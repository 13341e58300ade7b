"""A coroutine has attributes of its own."""

import inspect

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def traced(name: str) -> int:
    job = client.count(name)
    print(f"running {job.__qualname__} {inspect.getcoroutinestate(job)}")
    result = await job
    return result.count


async def main() -> None:
    assert await traced("docs") == 2
