"""A test puts a double in the place of the client's class."""

import sys
from unittest.mock import MagicMock, patch

from qdrant_client import QdrantClient


class Store:
    def connect(self) -> None:
        self.client = QdrantClient(url="http://localhost:6333")
        self.client.get_collections()


@patch.object(sys.modules[__name__], "QdrantClient")
async def test_connect(double: MagicMock) -> None:
    Store().connect()
    double.assert_called_once()


async def main() -> None:
    await test_connect()
