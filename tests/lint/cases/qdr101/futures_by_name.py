"""Jobs are the keys of a table that says what each is for."""

from concurrent.futures import ThreadPoolExecutor, wait

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
pool = ThreadPoolExecutor()


async def main() -> None:
    jobs = [pool.submit(client.count, name) for name in ("a", "b")]
    wait(jobs)  # error: QDR101
    jobs = {pool.submit(client.count, name): name for name in ("a", "b")}
    wait(jobs)  # error: QDR101
