from qdrant_client import AsyncQdrantClient


class QdrantClient:
    def __init__(self) -> None:
        self._client = AsyncQdrantClient(url="http://localhost:6333")

    async def count(self, name: str) -> int:
        return (await self._client.count(name)).count

    def describe(self) -> str:
        return "wrapper"


qdrant_client = QdrantClient()
