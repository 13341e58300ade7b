"""An object with `__call__` is called like a function."""

from qdrant_client import QdrantClient


class Retriever:
    def __init__(self, client: QdrantClient) -> None:
        self.client = client

    def __call__(self, vector: list[float]) -> list[object]:
        return [hit.payload for hit in self.client.query_points("docs", query=vector).points]


async def answer(retrieve: Retriever, vector: list[float]) -> int:
    return len(retrieve(vector))  # error: QDR102


async def main() -> None:
    await answer(Retriever(QdrantClient(url="http://localhost:6333")), [0.1, 0.2])
