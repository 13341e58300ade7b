"""A blocking call blocks wherever it stands in the coroutine."""

from qdrant_client import QdrantClient


async def tidy(client: QdrantClient, name: str) -> int:
    total = 0
    try:
        assert client.collection_exists(name)  # error: QDR101
        total += client.count(name).count  # error: QDR101
        raise LookupError(client.get_collection(name).status)  # error: QDR101
    except LookupError:
        for alias in client.get_collection_aliases(name).aliases:  # error: QDR101
            print(alias.alias_name)
    finally:
        client.delete_collection(name)  # error: QDR101
    while total < client.count(name).count:  # error: QDR101
        total += 1
    return total


async def main() -> None:
    await tidy(QdrantClient(url="http://localhost:6333"), "docs")
