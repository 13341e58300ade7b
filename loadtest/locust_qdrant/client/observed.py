"""The parts of a client that talk to the server, each noting in the exchange what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from qdrant_client.async_qdrant_remote import AsyncQdrantRemote
from qdrant_client.http import AsyncApiClient
from qdrant_client.http.api_client import ApiClient
from qdrant_client.qdrant_remote import QdrantRemote

from locust_qdrant.client.connections import watch_connections
from locust_qdrant.client.exchange import GRPC, FollowedExchange, Station, current

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from qdrant_client import AsyncQdrantClient, QdrantClient

    from locust_qdrant.client.connections import Connections

    T = TypeVar("T")

    Serializer = Callable[[Any], bytes]
    Deserializer = Callable[[bytes], Any]


def observe_async(client: AsyncQdrantClient) -> None:
    """Let `client` note its exchanges; a local client has none."""
    remote = client._client  # noqa: SLF001 - the client offers no way to add gRPC interceptors
    if isinstance(remote, AsyncQdrantRemote):
        remote.__class__ = _ObservedAsyncRemote
        api = remote.rest.client
        connections = watch_connections(api._async_client)  # noqa: SLF001 - as above
        api.__class__ = _ObservedAsyncApi
        cast("_ObservedAsyncApi", api).connections = connections


def observe_sync(client: QdrantClient) -> None:
    """Let `client` note its exchanges; a local client has none."""
    remote = client._client  # noqa: SLF001 - as above
    if isinstance(remote, QdrantRemote):
        remote.__class__ = _ObservedRemote
        api = remote.rest.client
        connections = watch_connections(api._client)  # noqa: SLF001 - as above
        api.__class__ = _ObservedApi
        cast("_ObservedApi", api).connections = connections


def connections_opened(client: AsyncQdrantClient | QdrantClient) -> int | None:
    """Return how many connections an observed client has opened: REST's, and channels of gRPC.

    gRPC lets channels to the same address share one connection. None where nobody could count.
    """
    remote = client._client  # noqa: SLF001 - as above
    if not isinstance(remote, (_ObservedAsyncRemote, _ObservedRemote)):
        return 0
    channels: list[object] = remote._grpc_channel_pool  # noqa: SLF001 - as above
    seen = connections_of(client)
    return None if seen is None or seen.opened is None else seen.opened + len(channels)


def connections_of(client: AsyncQdrantClient | QdrantClient) -> Connections | None:
    """Return what an observed client knows of its REST connections; None for any other client."""
    remote = client._client  # noqa: SLF001 - as above
    if not isinstance(remote, (_ObservedAsyncRemote, _ObservedRemote)):
        return None
    api = remote.rest.client
    return api.connections if isinstance(api, (_ObservedAsyncApi, _ObservedApi)) else None


class _ObservedAsyncApi(AsyncApiClient):
    connections: Connections

    async def send(self, request: httpx.Request, type_: type[T]) -> T:
        answer = await super().send(request, type_)
        _answered(answer)
        return answer

    async def send_inner(self, request: httpx.Request) -> httpx.Response:
        response = await super().send_inner(request)
        _received(response)
        return response


class _ObservedApi(ApiClient):
    connections: Connections

    def send(self, request: httpx.Request, type_: type[T]) -> T:
        answer = super().send(request, type_)
        _answered(answer)
        return answer

    def send_inner(self, request: httpx.Request) -> httpx.Response:
        response = super().send_inner(request)
        _received(response)
        return response


def _received(response: httpx.Response) -> None:
    seen = current.get()
    if seen is not None:
        seen.response_bytes += response.num_bytes_downloaded
        if isinstance(seen, FollowedExchange):
            seen.move(Station.DECODING)


def _answered(answer: object) -> None:
    seen = current.get()
    if seen is not None:
        seen.answered(getattr(answer, "time", None))


class _ObservedAsyncRemote(AsyncQdrantRemote):
    def _init_grpc_channel(self) -> None:
        super()._init_grpc_channel()
        _observe_channels(self._grpc_channel_pool)


class _ObservedRemote(QdrantRemote):
    def _init_grpc_channel(self) -> None:
        super()._init_grpc_channel()
        _observe_channels(self._grpc_channel_pool)


def _observe_channels(channels: list[Any]) -> None:
    channels[:] = [
        each if isinstance(each, _ObservedChannel) else _ObservedChannel(each) for each in channels
    ]


class _ObservedChannel:
    """A gRPC channel, blocking or not, whose calls note what they send and receive.

    gRPC serialises and parses in tasks of its own, which know the call that they belong to: they
    inherit its context.
    """

    def __init__(self, channel: Any) -> None:  # noqa: ANN401 - two classes with nothing in common
        self._channel = channel

    def __getattr__(self, name: str) -> object:
        return getattr(self._channel, name)

    def unary_unary(
        self,
        method: str,
        request_serializer: Serializer,
        response_deserializer: Deserializer,
        **options: object,
    ) -> object:
        """Return what calls `method`, as the channel itself does."""
        return self._channel.unary_unary(
            method,
            request_serializer=_noting_request(request_serializer),
            response_deserializer=_noting_answer(response_deserializer),
            **options,
        )


def _noting_request(serialize: Serializer) -> Serializer:
    def noting(message: object) -> bytes:
        seen = current.get()
        if seen is None:
            return serialize(message)
        seen.sent(GRPC)
        if not isinstance(seen, FollowedExchange):
            return serialize(message)
        # The task that sends was ready as soon as it was made.
        seen.go_on(ready=True)
        data = serialize(message)
        seen.move(Station.FIRST_BYTE)
        seen.pause(ready=False)
        return data

    return noting


def _noting_answer(parse: Deserializer) -> Deserializer:
    def noting(data: bytes) -> object:
        seen = current.get()
        if seen is None:
            return parse(data)
        if isinstance(seen, FollowedExchange):
            seen.go_on()
            seen.move(Station.DECODING)
            answer = parse(data)
            seen.pause(ready=True)
        else:
            answer = parse(data)
        seen.response_bytes += len(data)
        seen.answered(getattr(answer, "time", None))
        return answer

    return noting
