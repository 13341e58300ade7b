"""A loop in another thread does the work, and the loop of the coroutine waits for it."""

import asyncio
from threading import Thread

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")
other = asyncio.new_event_loop()


async def size() -> int:
    future = asyncio.run_coroutine_threadsafe(client.count("docs"), other)
    return future.result().count  # error: QDR101


async def size_at_once() -> int:
    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(client.count("a"), other))


async def main() -> None:
    Thread(target=other.run_forever, daemon=True).start()
    await size()
    await size_at_once()
    other.call_soon_threadsafe(other.stop)
