"""A test replaces methods of a real client, so no request is made."""

from unittest.mock import AsyncMock, MagicMock, patch

from qdrant_client import QdrantClient
from qdrant_client.http import models


async def test_assigned() -> None:
    client = QdrantClient(url="http://localhost:6333")
    client.count = MagicMock(return_value=models.CountResult(count=7))
    assert client.count("docs").count == 7


async def test_patched() -> None:
    client = QdrantClient(url="http://localhost:6333")
    with patch.object(client, "collection_exists", return_value=False):
        assert not client.collection_exists("docs")
    client.delete_collection = AsyncMock()
    await client.delete_collection("docs")


async def main() -> None:
    await test_assigned()
    await test_patched()
