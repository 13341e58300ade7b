"""A list of coroutines that nobody awaits."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def drop_all(names: list[str]) -> None:
    [client.delete_collection(name) for name in names]  # error: QDR201


async def forget(ids: list[int]) -> None:
    jobs = [
        client.delete("docs", points_selector=ids),  # error: QDR201
        client.delete("archive", points_selector=ids),  # error: QDR201
    ]


async def main() -> None:
    await drop_all(["docs", "images"])
    await forget([1, 2])
