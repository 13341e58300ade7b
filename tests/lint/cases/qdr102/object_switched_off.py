"""What an object was made with decides whether its methods block."""

from dataclasses import dataclass

from qdrant_client import QdrantClient


class Store:
    def __init__(self, client: QdrantClient | None = None, dry_run: bool = False) -> None:
        self.client = client
        self.dry_run = dry_run

    def size(self) -> int:
        if self.client is None:
            return 0
        return self.client.count("docs").count

    def forget(self) -> None:
        if self.dry_run:
            return
        self.client.delete("docs", points_selector=[1])


@dataclass
class Names:
    client: QdrantClient
    enabled: bool = True

    def all(self) -> int:
        return len(self.client.get_collections().collections) if self.enabled else 0


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    Store().size()
    Store(client).size()  # error: QDR102
    quiet = Store(client, dry_run=True)
    quiet.forget()
    Store(client).forget()  # error: QDR102
    Names(client, enabled=False).all()
    Names(client).all()  # error: QDR102
