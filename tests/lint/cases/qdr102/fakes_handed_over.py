"""A fake that is handed over does not block; the real client handed to the same helper does."""

from unittest.mock import MagicMock

from qdrant_client import QdrantClient


class Fake:
    def get_collections(self) -> list[str]:
        return []


class Reader:
    def __init__(self, client: QdrantClient) -> None:
        self._client = client

    @property
    def client(self) -> QdrantClient:
        return self._client

    def names(self) -> object:
        return self.client.get_collections()


class NewReader(Reader):
    def __init__(self, client: QdrantClient, name: str) -> None:
        super().__init__(client)
        self.name = name


def names(client: QdrantClient) -> object:
    return client.get_collections()


async def main() -> None:
    client = QdrantClient(url="http://localhost:6333")
    names(MagicMock())
    names(client=Fake())
    names(client)  # error: QDR102
    Reader(MagicMock()).names()
    reader = NewReader(Fake(), "x")
    reader.names()
    NewReader(client, "x").names()  # error: QDR102
