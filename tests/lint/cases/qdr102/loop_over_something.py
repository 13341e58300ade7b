"""A loop over what a call hands to a helper sends a request for each."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


def drop(names: tuple[str, ...] = ()) -> None:
    for name in names:
        client.delete_collection(name)


async def main() -> None:
    drop(("docs",))  # error: QDR102
    drop(names=("docs", "more"))  # error: QDR102
