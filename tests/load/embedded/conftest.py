"""A server for all tests of a process, the four ways to reach it, and an oracle beside it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from embedded_clients import CLIENT_KINDS, TIMEOUT_SECONDS, Client
from embedded_oracle import Twins
from locust_qdrant.embedded import EmbeddedServer
from qdrant_client import QdrantClient

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    # In memory where there is such a place: hundreds of collections would wait for the disk.
    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as data,
        EmbeddedServer(Path(data)) as running,
    ):
        yield running


@pytest.fixture(scope="session", params=CLIENT_KINDS, ids=str)
def client(request: pytest.FixtureRequest, server: EmbeddedServer) -> Iterator[Client]:
    opened = Client(server, request.param)
    yield opened
    opened.shut()


@pytest.fixture
def rest(server: EmbeddedServer) -> Iterator[QdrantClient]:
    """The plainest client, for tests that are not about the way in."""
    opened = QdrantClient(url=server.url, timeout=TIMEOUT_SECONDS)
    yield opened
    opened.close()


@pytest.fixture
def name() -> str:
    """A collection name that no other test uses."""
    return f"test-{uuid4().hex}"


@pytest.fixture
def twins(client: Client, name: str) -> Iterator[Twins]:
    """The server and qdrant-client's local mode, to be given the same calls."""
    pair = Twins(client, QdrantClient(":memory:"), name)
    yield pair
    client.delete_collection(name)
