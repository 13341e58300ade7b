"""`setUp`, helpers and assignments replace something for the test that they belong to."""

import unittest
from unittest.mock import MagicMock, patch

from qdrant_client import QdrantClient

client = QdrantClient(url="http://localhost:6333")


class Store:
    def __init__(self) -> None:
        self.client = client

    def names(self) -> object:
        return self.client.get_collections()


class TestNames(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        patcher = patch.object(Store, "names")
        patcher.start()
        self.addCleanup(patcher.stop)

    async def test_names(self) -> None:
        Store().names()


async def test_assigned() -> None:
    store = Store()
    store.client = MagicMock()
    store.names()


async def test_other() -> None:
    Store().names()  # error: QDR102


async def main() -> None:
    await test_assigned()
    await test_other()
    case = TestNames()
    case.setUp()
    await case.test_names()
    case.doCleanups()
