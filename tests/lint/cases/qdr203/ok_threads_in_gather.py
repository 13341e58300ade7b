"""What is awaited are threads."""

import asyncio

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def sizes(names: list[str]) -> list[int]:
    results = await asyncio.gather(*[asyncio.to_thread(client.count, name) for name in names])
    loop = asyncio.get_running_loop()
    jobs = [loop.run_in_executor(None, client.count, name) for name in names]
    return [result.count for result in results] + [(await job).count for job in jobs]


async def main() -> None:
    assert await sizes(["docs", "images"]) == [2, 2, 2, 2]
