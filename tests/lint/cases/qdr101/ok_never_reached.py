"""Code behind a literal that says no, over an empty container, or after a `return` never runs."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
DEBUG = False


def names() -> tuple[str, ...]:
    return ("docs",)


async def drop() -> None:
    for name in ():
        client.delete_collection(name)
    for name in []:
        client.delete_collection(name)
    [client.delete_collection(name) for name in {}]
    [client.delete_collection(name) for name in names() if False]


async def main() -> None:
    await drop()
    while False:
        client.get_collections()
    if 0:
        client.get_collections()
    if DEBUG and names():
        client.get_collections()
    None and client.get_collections()
    True or client.get_collections()
    return
    client.get_collections()
