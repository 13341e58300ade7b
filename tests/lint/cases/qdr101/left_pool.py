"""The end of a pool's `with` waits for every job that nobody has waited for."""

from concurrent.futures import ThreadPoolExecutor

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


async def read(keys: list[str]) -> None:
    with ThreadPoolExecutor() as workers:  # error: QDR101
        for key in keys:
            workers.submit(client.get_collection, key)


async def main() -> None:
    await read(["docs"])
