"""The constructor makes the client and asks nothing."""

from qdrant_client import QdrantClient


class Store:
    def __init__(self, url: str) -> None:
        self.client = QdrantClient(url=url)
        self.url = url

    @property
    def name(self) -> str:
        return f"store at {self.url}"

    def close(self) -> None:
        self.client.close()


async def main() -> None:
    store = Store("http://localhost:6333")
    assert store.name.endswith("6333")
    store.close()
