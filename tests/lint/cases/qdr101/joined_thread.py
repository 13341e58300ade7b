"""`join` waits for the thread, however it was started."""

from threading import Thread

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def read() -> None:
    thread = Thread(target=client.get_collections)
    thread.start()
    thread.join()  # error: QDR101


async def main() -> None:
    await read()
