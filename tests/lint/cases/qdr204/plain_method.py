"""Plain methods of a service that was moved to the async client by its constructor only."""

from qdrant_client import AsyncQdrantClient, models


class Store:
    def __init__(self, url: str) -> None:
        self.client = AsyncQdrantClient(url=url)

    def add(self, points: list[models.PointStruct]) -> None:
        self.client.upsert("docs", points=points)  # error: QDR204

    def close(self) -> None:
        self.client.close()  # error: QDR204


async def main() -> None:
    store = Store("http://localhost:6333")
    store.add([models.PointStruct(id=1, vector=[0.1, 0.2])])
    store.close()
