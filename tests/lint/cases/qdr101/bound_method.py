"""A method that got a short name blocks under that name, too."""

from qdrant_client import QdrantClient, models

client = QdrantClient(url="http://localhost:6333")


class Finder:
    def __init__(self) -> None:
        self._count = client.count

    async def size(self) -> int:
        return self._count("docs").count  # error: QDR101


async def find(vectors: list[list[float]]) -> list[list[models.ScoredPoint]]:
    search = client.query_points
    return [search("docs", query=vector).points for vector in vectors]  # error: QDR101


async def main() -> None:
    await find([[0.1, 0.2], [0.3, 0.4]])
    await Finder().size()
