"""Building the object asks the server, and the coroutine builds it."""

from qdrant_client import QdrantClient, models


class Collection:
    def __init__(self, name: str) -> None:
        self.client = QdrantClient(url="http://localhost:6333")
        self.name = name
        if not self.client.collection_exists(name):
            self.client.create_collection(
                name,
                vectors_config=models.VectorParams(size=4, distance=models.Distance.COSINE),
            )


async def open_collection(name: str) -> Collection:
    return Collection(name)  # error: QDR102


async def main() -> None:
    await open_collection("docs")
