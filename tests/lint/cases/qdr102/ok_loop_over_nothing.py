"""A loop over the empty tuple that a call leaves a helper with sends nothing."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
ALSO = ()


def drop(names: tuple[str, ...] = ()) -> None:
    for name in names:
        client.delete_collection(name)


def drop_all(*, also: tuple[str, ...]) -> None:
    drop(also)


async def main() -> None:
    drop()
    drop(())
    drop_all(also=())
    for name in ALSO:
        client.delete_collection(name)
