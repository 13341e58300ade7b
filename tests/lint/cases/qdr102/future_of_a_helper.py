"""The wait is in a helper, or the work that is waited for is one."""

from concurrent.futures import Future, ThreadPoolExecutor

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
pool = ThreadPoolExecutor()


def size(name: str) -> int:
    return client.count(name).count


def begin(name: str):
    return pool.submit(size, name)


def size_in_a_thread(name: str) -> int:
    return pool.submit(client.count, name).result().count


async def main() -> None:
    size_in_a_thread("docs")  # error: QDR102
    begin("docs").result()  # error: QDR102
    list(pool.map(size, ["docs"]))  # error: QDR102
    with ThreadPoolExecutor() as workers:  # error: QDR102
        workers.submit(size, "docs")
