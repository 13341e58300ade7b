"""Timers run in threads of their own, exit hooks after the loop."""

import asyncio
import atexit
import threading
from functools import partial

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def schedule(name: str) -> None:
    timer = threading.Timer(0.001, client.create_snapshot, args=(name,))
    timer.start()
    in_thread = partial(asyncio.get_running_loop().run_in_executor, None)
    assert (await in_thread(client.count, name)).count == 2
    await asyncio.to_thread(timer.join)
    atexit.register(client.close)


async def main() -> None:
    await schedule("docs")
