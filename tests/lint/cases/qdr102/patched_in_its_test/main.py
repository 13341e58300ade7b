"""A test replaces what its chain goes through; without that, and in production, the chain blocks."""

from unittest.mock import DEFAULT, MagicMock, patch

import store
from store import Store, find, names


async def test_unpatched() -> None:
    names()  # error: QDR102


async def test_with() -> None:
    with patch("store.client"):
        names()
        find()  # error: QDR102
    names()  # error: QDR102


@patch("store.QdrantClient")
async def test_class(double: MagicMock) -> None:
    find()


@patch.object(Store, "names")
async def test_method(double: MagicMock) -> None:
    find()


@patch.multiple("store", Store=DEFAULT, client=DEFAULT)
async def test_multiple(**doubles: MagicMock) -> None:
    find()
    names()


async def main() -> None:
    await test_unpatched()
    await test_with()
    await test_class()
    await test_method()
    await test_multiple()
    await store.page()
