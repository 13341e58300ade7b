"""A literal that says yes, or a container with something in it, keeps nothing from running."""

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")
DEBUG = False
NAMES = ["docs"]


async def main() -> None:
    for name in ("docs",):
        client.delete_collection(name)  # error: QDR101
    for name in [*NAMES]:
        client.delete_collection(name)  # error: QDR101
    while True:
        client.get_collections()  # error: QDR101
        break
    if not DEBUG or NAMES:
        client.get_collections()  # error: QDR101
    if NAMES and client.get_collections():  # error: QDR101
        client.count("docs")  # error: QDR101
        return
