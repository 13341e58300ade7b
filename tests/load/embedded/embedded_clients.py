"""The four kinds of clients of a server: either client, over either protocol."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qdrant_client import AsyncQdrantClient, QdrantClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from locust_qdrant.embedded import EmbeddedServer

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class ClientKind:
    """A kind of client: which class, and which protocol."""

    asynchronous: bool
    grpc: bool

    def __str__(self) -> str:
        return f"{'async' if self.asynchronous else 'sync'}-{'grpc' if self.grpc else 'rest'}"


CLIENT_KINDS = [ClientKind(a, g) for a in (False, True) for g in (False, True)]


class Client:
    """Either of qdrant-client's clients, called alike."""

    def __init__(self, server: EmbeddedServer, kind: ClientKind, **options: Any) -> None:
        client = AsyncQdrantClient if kind.asynchronous else QdrantClient
        self._client = client(
            url=server.url,
            grpc_port=server.grpc_port,
            prefer_grpc=kind.grpc,
            timeout=TIMEOUT_SECONDS,
            **options,
        )
        self._loop = asyncio.new_event_loop() if kind.asynchronous else None

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
