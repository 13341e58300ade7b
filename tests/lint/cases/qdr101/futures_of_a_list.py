"""Several futures are waited for: one after the other, with `wait`, with `as_completed`."""

from concurrent.futures import ThreadPoolExecutor, as_completed, wait

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
pool = ThreadPoolExecutor()


async def in_turn(keys: list[str]) -> None:
    futures = [pool.submit(client.get_collection, key) for key in keys]
    for future in futures:
        future.result()  # error: QDR101


async def together(keys: list[str]) -> None:
    futures = []
    for key in keys:
        futures.append(pool.submit(client.get_collection, key))
    wait(futures)  # error: QDR101


async def as_they_come(keys: list[str]) -> None:
    asked = {pool.submit(client.get_collection, key): key for key in keys}
    for future in as_completed(asked):  # error: QDR101
        print(asked[future], future.result())


async def main() -> None:
    await in_turn(["docs"])
    await together(["docs"])
    await as_they_come(["docs"])
