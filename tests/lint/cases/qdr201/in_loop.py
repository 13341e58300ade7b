"""Each turn of the loop makes a coroutine and forgets it."""

from qdrant_client import AsyncQdrantClient, models


class Importer:
    def __init__(self, client: AsyncQdrantClient) -> None:
        self._client = client

    async def run(self, batches: list[list[models.PointStruct]]) -> int:
        stored = 0
        for batch in batches:
            self._client.upsert(  # error: QDR201
                collection_name="docs",
                points=batch,
                wait=True,
            )
            stored += len(batch)
        return stored


async def main() -> None:
    client = AsyncQdrantClient(url="http://localhost:6333")
    importer = Importer(client)
    await importer.run([[models.PointStruct(id=1, vector=[0.1, 0.2])]])
    await client.close()
