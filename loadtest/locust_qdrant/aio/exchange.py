"""What went over the wire for one call of a client, seen from inside that client."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from qdrant_client.async_qdrant_remote import AsyncQdrantRemote
from qdrant_client.qdrant_remote import QdrantRemote

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx
    from qdrant_client import AsyncQdrantClient, QdrantClient, grpc

REST = "REST"
GRPC = "gRPC"


@dataclass
class Exchange:
    """Filled in while a call runs: the protocol that it used, and the bytes that came back."""

    protocol: str
    response_bytes: int = 0


#: The call that runs in this task or thread, None outside of one.
current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


def observe_async(client: AsyncQdrantClient) -> None:
    """Let `client` note its exchanges in `current`; a local client has none."""
    remote = client._client  # noqa: SLF001 - the client offers no way to add gRPC interceptors
    if isinstance(remote, AsyncQdrantRemote):
        remote.__class__ = _ObservedAsyncRemote
        remote.rest.client.add_middleware(_observe_rest_async)


def observe_sync(client: QdrantClient) -> None:
    """Let `client` note its exchanges in `current`; a local client has none."""
    remote = client._client  # noqa: SLF001 - as above
    if isinstance(remote, QdrantRemote):
        remote.__class__ = _ObservedRemote
        remote.rest.client.add_middleware(_observe_rest)


def _began(protocol: str) -> None:
    exchange = current.get()
    if exchange is not None:
        exchange.protocol = protocol


def _received(size: int) -> None:
    exchange = current.get()
    if exchange is not None:
        exchange.response_bytes += size


async def _observe_rest_async(
    request: httpx.Request, call_next: Callable[[httpx.Request], Awaitable[httpx.Response]]
) -> httpx.Response:
    _began(REST)
    response = await call_next(request)
    _received(response.num_bytes_downloaded)
    return response


def _observe_rest(
    request: httpx.Request, call_next: Callable[[httpx.Request], httpx.Response]
) -> httpx.Response:
    _began(REST)
    response = call_next(request)
    _received(response.num_bytes_downloaded)
    return response


class _AsyncStub:
    """A generated gRPC stub whose answers are measured."""

    def __init__(self, stub: object) -> None:
        self._stub = stub

    def __getattr__(self, rpc: str) -> Callable[..., Awaitable[Any]]:
        call = getattr(self._stub, rpc)

        async def observed(*args: object, **kwargs: object) -> object:
            _began(GRPC)
            answer = await call(*args, **kwargs)
            _received(answer.ByteSize())
            return answer

        return observed


class _Stub:
    """The same for the blocking client."""

    def __init__(self, stub: object) -> None:
        self._stub = stub

    def __getattr__(self, rpc: str) -> Callable[..., Any]:
        call = getattr(self._stub, rpc)

        def observed(*args: object, **kwargs: object) -> object:
            _began(GRPC)
            answer = call(*args, **kwargs)
            _received(answer.ByteSize())
            return answer

        return observed


class _ObservedAsyncRemote(AsyncQdrantRemote):
    @property
    def grpc_points(self) -> grpc.PointsStub:
        return cast("grpc.PointsStub", _AsyncStub(super().grpc_points))

    @property
    def grpc_collections(self) -> grpc.CollectionsStub:
        return cast("grpc.CollectionsStub", _AsyncStub(super().grpc_collections))

    @property
    def grpc_snapshots(self) -> grpc.SnapshotsStub:
        return cast("grpc.SnapshotsStub", _AsyncStub(super().grpc_snapshots))

    @property
    def grpc_root(self) -> grpc.QdrantStub:
        return cast("grpc.QdrantStub", _AsyncStub(super().grpc_root))


class _ObservedRemote(QdrantRemote):
    @property
    def grpc_points(self) -> grpc.PointsStub:
        return cast("grpc.PointsStub", _Stub(super().grpc_points))

    @property
    def grpc_collections(self) -> grpc.CollectionsStub:
        return cast("grpc.CollectionsStub", _Stub(super().grpc_collections))

    @property
    def grpc_snapshots(self) -> grpc.SnapshotsStub:
        return cast("grpc.SnapshotsStub", _Stub(super().grpc_snapshots))

    @property
    def grpc_root(self) -> grpc.QdrantStub:
        return cast("grpc.QdrantStub", _Stub(super().grpc_root))
