"""The cache helps from the second call on; the first one blocks."""

from functools import lru_cache

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
known: set[str] = set()


@lru_cache(maxsize=None)
def dimension(name: str) -> object:
    return client.get_collection(name).config.params.vectors


def exists(name: str) -> bool:
    if name not in known and client.collection_exists(name):
        known.add(name)
    return name in known


async def check(name: str) -> bool:
    return exists(name) and dimension(name) is not None  # error: QDR102


async def main() -> None:
    await check("docs")
