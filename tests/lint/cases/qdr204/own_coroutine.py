"""A plain function calls a coroutine function of one's own, and nothing happens."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


async def forget(number: int) -> None:
    await client.delete("docs", points_selector=[number])


def forget_all(numbers: list[int]) -> None:
    for number in numbers:
        forget(number)  # error: QDR204


async def main() -> None:
    forget_all([1, 2])
