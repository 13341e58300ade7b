"""`__post_init__` of a dataclass runs when the object is built."""

from dataclasses import dataclass, field

from qdrant_client import QdrantClient


@dataclass
class Snapshot:
    client: QdrantClient
    collection: str
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = self.client.count(self.collection).count


async def take(client: QdrantClient) -> int:
    return Snapshot(client, "docs").size  # error: QDR102


async def main() -> None:
    await take(QdrantClient(url="http://localhost:6333"))
