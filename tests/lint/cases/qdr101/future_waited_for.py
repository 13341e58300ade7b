"""The pool's thread sends the request, and the loop's thread stands and waits for it."""

from concurrent.futures import ThreadPoolExecutor

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
pool = ThreadPoolExecutor()


async def names() -> object:
    return pool.submit(client.get_collections).result()  # error: QDR101


async def names_later() -> object:
    future = pool.submit(client.get_collections)
    future.add_done_callback(print)
    return future.result()  # error: QDR101


async def all_of(keys: list[str]) -> list[object]:
    return list(pool.map(client.get_collection, keys))  # error: QDR101


async def one_by_one(keys: list[str]) -> None:
    for answer in pool.map(client.get_collection, keys):  # error: QDR101
        print(answer)


async def main() -> None:
    await names()
    await names_later()
    await all_of(["docs", "notes"])
    await one_by_one(["docs"])
