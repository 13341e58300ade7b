"""A plugin for pytest: clients in memory become clients of the server at the usual ports.

What `QdrantClient(":memory:")` starts with is nothing, so every test starts with an empty server.
`embedded_others.py --in-memory` runs other people's tests with it, in their environment.
"""

from __future__ import annotations

from typing import Any

import pytest
from qdrant_client import AsyncQdrantClient, QdrantClient

_URL = "http://127.0.0.1:6333"


@pytest.fixture(autouse=True)
def _server_instead_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    server = QdrantClient(url=_URL)
    for collection in server.get_collections().collections:
        server.delete_collection(collection.name)
    server.close()
    for kind in (QdrantClient, AsyncQdrantClient):
        monkeypatch.setattr(kind, "__init__", _at_the_server(kind.__init__))


def _at_the_server(begin: Any) -> Any:
    def begin_there(self: Any, location: str | None = None, *rest: Any, **options: Any) -> None:
        begin(self, _URL if location == ":memory:" else location, *rest, **options)

    return begin_there
