"""Whatever keeps the result without arguments asks the server once."""

from functools import cache, cached_property, lru_cache

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


@cache
def names() -> list[str]:
    return [one.name for one in client.get_collections().collections]


@lru_cache(maxsize=1)
def size() -> int:
    return client.count("docs").count


class Shelf:
    @cached_property
    def size(self) -> int:
        return client.count("docs").count


shelf = Shelf()


async def show() -> None:
    names()  # error: QDR107
    size()  # error: QDR107
    print(shelf.size)  # error: QDR107


async def main() -> None:
    await show()
    await show()
