"""`upload_collection` of the async client blocks as `upload_points` does."""

from qdrant_client import AsyncQdrantClient


class Importer:
    def __init__(self, url: str) -> None:
        self._client = AsyncQdrantClient(url=url)

    async def load(self, vectors: list[list[float]], titles: list[str]) -> None:
        payload = [{"title": title} for title in titles]
        self._client.upload_collection("docs", vectors=vectors, payload=payload)  # error: QDR103


async def main() -> None:
    await Importer("http://localhost:6333").load([[0.1, 0.2], [0.3, 0.4]], ["Dune", "Solaris"])
