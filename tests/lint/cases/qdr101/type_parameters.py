"""Type parameters with a bound, and the `type` statement."""
# requires: 3.12

from qdrant_client import QdrantClient

type Database = QdrantClient


class Repository[C: QdrantClient]:
    def __init__(self, client: C) -> None:
        self.client = client

    async def size(self) -> int:
        return self.client.count("docs").count  # error: QDR101


async def drop[C: QdrantClient](client: C, name: str) -> C:
    client.delete_collection(name)  # error: QDR101
    return client


async def exists(database: Database, name: str) -> str:
    return f"{name}: {'there' if database.collection_exists(name) else 'gone'}"  # error: QDR101


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    await Repository(client).size()
    await exists(await drop(client, "docs"), "docs")
