"""The coroutines are collected, and the `gather` never came."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def drop_all(names: list[str]) -> int:
    jobs = []
    for name in names:
        jobs.append(client.delete_collection(name))  # error: QDR201
    return len(names)


async def main() -> None:
    await drop_all(["docs", "images"])
