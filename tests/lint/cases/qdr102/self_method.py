"""The coroutine calls a blocking method of its own object."""

from qdrant_client import QdrantClient, models


class Store:
    def __init__(self, url: str) -> None:
        self._client = QdrantClient(url=url)

    def _ensure_collection(self, name: str) -> None:
        if not self._client.collection_exists(name):
            self._client.create_collection(
                name,
                vectors_config=models.VectorParams(size=4, distance=models.Distance.COSINE),
            )

    async def prepare(self, names: list[str]) -> None:
        for name in names:
            self._ensure_collection(name)  # error: QDR102


async def main() -> None:
    await Store("http://localhost:6333").prepare(["docs", "images"])
