"""A buffer's `upsert` and `delete` are plain methods."""

from qdrant_client import AsyncQdrantClient, models


class WriteBuffer:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self.client = client
        self.points: dict[int, models.PointStruct] = {}

    def upsert(self, point: models.PointStruct) -> None:
        self.points[int(point.id)] = point

    def delete(self, point_id: int) -> None:
        self.points.pop(point_id, None)

    async def flush(self) -> None:
        await self.client.upsert("docs", points=list(self.points.values()))


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    buffer = WriteBuffer(client)
    buffer.upsert(models.PointStruct(id=1, vector=[0.1, 0.2]))
    buffer.upsert(models.PointStruct(id=2, vector=[0.3, 0.4]))
    buffer.delete(2)
    await buffer.flush()
    await client.close()
