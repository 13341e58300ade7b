"""A thread of its own does the blocking work."""

import asyncio
import threading
from threading import Thread

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def start_clean_up(names: list[str]) -> None:
    def clean_up() -> None:
        for name in names:
            client.delete_collection(name)

    worker = threading.Thread(target=clean_up, daemon=True)
    worker.start()
    Thread(target=client.create_snapshot, args=("docs",)).start()
    while worker.is_alive():
        await asyncio.sleep(0.01)


async def main() -> None:
    await start_clean_up(["docs", "images"])
