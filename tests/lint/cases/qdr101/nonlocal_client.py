"""The client is bound by an inner function, over `nonlocal`."""

from collections.abc import Awaitable, Callable

from qdrant_client import QdrantClient


def make_counter(url: str) -> Callable[[str], Awaitable[int]]:
    client: QdrantClient | None = None

    def connect() -> None:
        nonlocal client
        client = QdrantClient(url=url)

    async def count(name: str) -> int:
        if client is None:
            connect()
        return client.count(name).count  # error: QDR101

    return count


async def main() -> None:
    count = make_counter("http://localhost:6333")
    await count("docs")
