"""Two plain functions that call each other without a request."""

from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://localhost:6333")


def is_even(number: int) -> bool:
    return number == 0 or is_odd(number - 1)


def is_odd(number: int) -> bool:
    return number != 0 and is_even(number - 1)


async def main() -> None:
    size = (await client.count("docs")).count
    assert is_even(size)
