"""A server for all tests of a process, the four ways to reach it, and an oracle beside it."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from locust_qdrant.embedded import EmbeddedServer
from oracle import Twins
from qdrant_client import AsyncQdrantClient, QdrantClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Door:
    """One way in: which client, and which protocol."""

    asynchronous: bool
    grpc: bool

    def __str__(self) -> str:
        return f"{'async' if self.asynchronous else 'sync'}-{'grpc' if self.grpc else 'rest'}"


DOORS = [Door(a, g) for a in (False, True) for g in (False, True)]


class Client:
    """Either of qdrant-client's clients, called alike."""

    def __init__(self, server: EmbeddedServer, door: Door, **options: Any) -> None:
        kind = AsyncQdrantClient if door.asynchronous else QdrantClient
        self._client = kind(
            url=server.url,
            grpc_port=server.grpc_port,
            prefer_grpc=door.grpc,
            timeout=TIMEOUT_SECONDS,
            **options,
        )
        self._loop = asyncio.new_event_loop() if door.asynchronous else None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)
        if self._loop is None:
            return method
        loop = self._loop
        return lambda *args, **kwargs: loop.run_until_complete(method(*args, **kwargs))

    def shut(self) -> None:
        self.close()
        if self._loop is not None:
            self._loop.close()


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    # In memory where there is such a place: hundreds of collections would wait for the disk.
    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as data,
        EmbeddedServer(Path(data)) as running,
    ):
        yield running


@pytest.fixture(scope="session", params=DOORS, ids=str)
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
