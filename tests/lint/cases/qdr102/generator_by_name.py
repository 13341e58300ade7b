"""A generator does its work where a loop runs through the variable that holds it."""

from collections.abc import Iterator

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def sizes(names: list[str]) -> Iterator[int]:
    for name in names:
        yield client.count(name).count


def total(names: list[str]) -> int:
    found = sizes(names)
    result = 0
    for size in found:
        result += size
    return result


async def largest(names: list[str]) -> int:
    found = sizes(names)
    result = 0
    for size in found:  # error: QDR102
        result = max(result, size)
    return result


async def main() -> None:
    assert await largest(["docs"]) == 2
    assert total(["docs"]) == 2  # error: QDR102
