"""A thread of one's own class that sends nothing, or that nobody waits for on the loop."""

import asyncio
from threading import Thread

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


class Quiet(Thread):
    def run(self) -> None:
        print(client.init_options)


class Counting(Thread):
    def run(self) -> None:
        client.count("docs")


async def main() -> None:
    quiet = Quiet()
    quiet.start()
    quiet.join()
    counting = Counting()
    counting.start()
    await asyncio.to_thread(counting.join)
