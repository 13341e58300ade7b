"""A partial of a helper blocks when it is called."""

from functools import partial

from qdrant_client import QdrantClient


def drop(client: QdrantClient, prefix: str, name: str) -> None:
    client.delete_collection(prefix + name)


async def clean_up(client: QdrantClient) -> None:
    drop_temporary = partial(drop, client, "tmp-")
    drop_temporary("docs")  # error: QDR102
    drop_temporary(name="images")  # error: QDR102


async def main() -> None:
    await clean_up(QdrantClient(url="http://localhost:6333"))
