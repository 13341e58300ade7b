"""A double in a test has the client's methods and no network."""

from unittest.mock import MagicMock

from qdrant_client import QdrantClient


class FakeQdrantClient:
    def __init__(self) -> None:
        self.dropped: list[str] = []

    def delete_collection(self, name: str) -> bool:
        self.dropped.append(name)
        return True


async def test_fake() -> None:
    client = FakeQdrantClient()
    client.delete_collection("docs")
    assert client.dropped == ["docs"]


async def test_mock() -> None:
    client = MagicMock(spec=QdrantClient)
    client.delete_collection("docs")
    client.delete_collection.assert_called_once_with("docs")


async def main() -> None:
    await test_fake()
    await test_mock()
