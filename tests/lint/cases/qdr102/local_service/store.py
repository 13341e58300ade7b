from qdrant_client import QdrantClient, models


class DocumentStore:
    def __init__(self, url: str) -> None:
        self._client = QdrantClient(url=url)

    @property
    def size(self) -> int:
        return self._client.count("docs").count

    def add(self, titles: list[str]) -> None:
        points = [
            models.PointStruct(id=i, vector=[0.1, 0.2], payload={"title": title})
            for i, title in enumerate(titles)
        ]
        self._client.upsert("docs", points=points)
