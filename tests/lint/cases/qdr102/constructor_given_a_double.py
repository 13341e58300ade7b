"""What a constructor is handed decides for the methods that it calls, too."""

from dataclasses import dataclass

from qdrant_client import QdrantClient


class FakeClient:
    def collection_exists(self, name: str) -> bool:
        return True


class Store:
    def __init__(self, client: QdrantClient, dry_run: bool = False) -> None:
        self.client = client
        self.dry_run = dry_run
        self.prepare()

    def prepare(self) -> None:
        if not self.dry_run:
            self.client.collection_exists("docs")


@dataclass
class Names:
    client: QdrantClient
    enabled: bool = True

    def __post_init__(self) -> None:
        self.prepare()

    def prepare(self) -> None:
        if self.enabled:
            self.client.get_collections()


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    Store(FakeClient())
    Store(client, dry_run=True)
    Store(client)  # error: QDR102
    Names(client, enabled=False)
    Names(client)  # error: QDR102
