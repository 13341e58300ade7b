"""How the clients under test are made: pool, limits, and a first call that imports all."""

from __future__ import annotations

import asyncio
import os
import ssl
import warnings
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import httpx
from qdrant_client import AsyncQdrantClient, QdrantClient

from locust_qdrant.client import exchange, observed, transports
from locust_qdrant.client.failures import SERVER_FAILURES
from locust_qdrant.client.observed import connections_opened
from locust_qdrant.client.recording import Calls, recording_class
from locust_qdrant.errors import UsageError
from locust_qdrant.metrics import results
from locust_qdrant.redaction import keep_secret, redact_url, secrets_in_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence


__all__ = ["ClientSettings", "async_client", "connections_opened", "plain_client", "sync_client"]

_REST_PORT = 6333
_STREAMS = 100
_UNLIMITED = 1000
#: Seconds until what goes beside the traffic closes an idle connection, long before a server does:
#: else a request that is just being sent fails.
_PLUMBING_EXPIRY = 1.0


@dataclass(frozen=True)
class ClientSettings:
    """What a client is made of.

    `qdrant-client` gives localhost a pool of its own kind: unlimited connections, none kept alive.
    Every other host gets httpx's: 100 connections, 20 kept alive. So that a test against loopback
    measures the client that production runs, the pool is always set, to what a remote host gets.

    Attributes:
        url: address of the server's REST API.
        grpc: prefer gRPC.
        grpc_port: port of the gRPC API on the same host.
        api_key: the server's API key.
        timeout: seconds until a request fails.
        connections: most REST connections open at once.
        keepalive: most idle REST connections kept open.
        keepalive_expiry: seconds until an idle REST connection is closed.
        transport: what moves the bytes of the asynchronous REST client: a name in
            `transports.DISTRIBUTIONS`.
        compression: ask the server for compressed answers, as httpx does.
        http2: speak HTTP/2, over TLS only.
        ca_cert: file of the certificates to trust; empty for the usual ones.
        headers: sent with every request, over gRPC as metadata.
        grpc_channels: number of gRPC channels.
        grpc_options: options of the gRPC channels, such as `grpc.keepalive_time_ms`.
        clients: number of clients that the users of a process share, each with a pool of its own.
        on_loop: in coroutines, call a blocking client: what a service does that forgot about it.
        extra: further keyword arguments for the client; they win over the settings above.
    """

    url: str = field(repr=False)
    grpc: bool = False
    grpc_port: int = 6334
    api_key: str | None = field(default=None, repr=False)
    timeout: int = 5
    connections: int = 100
    keepalive: int = 20
    keepalive_expiry: float = 5.0
    transport: str = "httpx"
    compression: bool = True
    http2: bool = False
    ca_cert: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    grpc_channels: int = 3
    grpc_options: Mapping[str, int | str] = field(default_factory=dict)
    clients: int = 1
    on_loop: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def protocol(self) -> str:
        """`gRPC` or `REST`, whichever the client prefers."""
        return exchange.GRPC if self.grpc else exchange.REST

    @property
    def most_in_flight(self) -> int:
        """Number of requests that these clients can have under way without a queue of their own.

        Beyond its connections a client would make requests wait, and its pool looks through all
        that wait at each turn. HTTP/2 servers allow some 100 streams a connection.
        """
        each = _STREAMS * self.grpc_channels if self.grpc else self.connections
        return (each or _UNLIMITED) * self.clients

    def describe(self) -> str:
        """Return one line for a report: address, protocol and pool, without secrets."""
        pool = (
            f"{self.grpc_channels} channels"
            if self.grpc
            else f"{self.connections} connections, {self.keepalive} kept alive"
        )
        several = f"{self.clients} clients with " if self.clients > 1 else ""
        said = [redact_url(self.url), self.protocol, *self._unusual(), several + pool]
        return f"{', '.join(said)}, timeout {self.timeout} s"

    def _unusual(self) -> Iterator[str]:
        if self.grpc:
            yield from (f"{name}={value}" for name, value in self.grpc_options.items())
            return
        if self.transport != "httpx":
            yield f"transport {self.transport}"
        if self.http2:
            yield "HTTP/2"
        if not self.compression:
            yield "no compression"

    def plumbing(self) -> ClientSettings:
        """Return the settings of what fills, reads back and probes beside the traffic.

        It always takes the fastest known way, and has connections of its own: it must neither
        suffer from what is tried out in the traffic, nor keep the traffic's connections warm.
        """
        options = {**self.grpc_options, "grpc.use_local_subchannel_pool": 1}
        return replace(
            self,
            transport="httpx",
            compression=False,
            http2=False,
            keepalive_expiry=min(_PLUMBING_EXPIRY, self.keepalive_expiry),
            grpc_options=options,
        )

    def ports(self) -> set[int]:
        """Return the ports that a client may connect to."""
        rest = urlsplit(self.url).port or self.extra.get("port") or _REST_PORT
        return {rest, self.extra.get("grpc_port", self.grpc_port)}

    def secrets(self) -> list[str]:
        """Return what nothing that this process writes may contain."""
        parts = urlsplit(self.url)
        secrets = [self.api_key, parts.username, parts.password, parts.query]
        secrets += secrets_in_headers(self.headers.values())
        for each in ("headers", "metadata"):
            secrets += secrets_in_headers(dict(self.extra.get(each) or {}).values())
        return [secret for secret in secrets if secret]

    def make_async(self, calls: Calls) -> AsyncQdrantClient:
        """Return an `AsyncQdrantClient` that records its calls; to be called on its loop."""
        return async_client(self, calls)

    def make_sync(self, calls: Calls) -> QdrantClient:
        """Return a `QdrantClient` that records its calls; threads may share it."""
        return sync_client(self, calls)

    async def first_call(self) -> None:
        """Make a call that nobody records, so that no request pays for what it imports."""
        await make_first_call(self)

    def facts(self, clients: Sequence[AsyncQdrantClient | QdrantClient]) -> results.Client:
        """Return what is known of `clients`, made from these settings, once nobody uses them."""
        seen = [each for each in map(observed.connections_of, clients) if each is not None]
        if self.grpc or not seen:
            return results.Client(exchange.GRPC, self.timeout)
        counts = [each.open_and_held() for each in seen]
        limits = self.limits()
        return results.Client(
            library=seen[-1].library,
            timeout=self.timeout,
            connections=(limits.max_connections or 0) * len(seen),
            keepalive=(limits.max_keepalive_connections or 0) * len(seen),
            http_version=seen[-1].http_version,
            compression=self.compression,
            open=sum(there for there, _ in counts),
            held=None if seen[-1].opened is None else sum(held for _, held in counts),
        )

    def connections_opened(self, client: AsyncQdrantClient | QdrantClient) -> int | None:
        """Return how many connections a client has opened; None where nobody could count."""
        return connections_opened(client)

    def arguments(self) -> dict[str, Any]:
        """Return the keyword arguments for either client class.

        Raises:
            UsageError: the file of certificates cannot be read.
        """
        keep_secret(*self.secrets())
        # The client takes either `limits` (REST only) or `pool_size` (both), never both of them.
        pool = {"pool_size": self.grpc_channels} if self.grpc else {"limits": self.limits()}
        # `metadata` reaches REST only, `headers` both.
        metadata = {} if self.compression else {"accept-encoding": "identity"}
        extra = dict(self.extra)
        return {
            "url": self.url,
            "prefer_grpc": self.grpc,
            "grpc_port": self.grpc_port,
            "grpc_options": dict(self.grpc_options),
            "api_key": self.api_key,
            "timeout": self.timeout,
            "headers": {**self.headers, **(extra.pop("headers", None) or {})},
            "metadata": {**metadata, **(extra.pop("metadata", None) or {})},
            "http2": self.http2,
            "verify": self.verify(),
            # The check would ask the server from a thread of its own while the test runs.
            "check_compatibility": False,
            **pool,
            **extra,
        }

    def async_arguments(self) -> dict[str, Any]:
        """Return the keyword arguments for `AsyncQdrantClient`, its transport among them.

        Raises:
            UsageError: the transport is not installed, or the file of certificates not readable.
        """
        made = transports.transport(self.transport, self.verify(), self.limits(), http2=self.http2)
        return self.arguments() if made is None else {"transport": made, **self.arguments()}

    def limits(self) -> httpx.Limits:
        """Return the limits of the REST pool."""
        return httpx.Limits(
            max_connections=self.connections,
            max_keepalive_connections=self.keepalive,
            keepalive_expiry=self.keepalive_expiry,
        )

    def verify(self) -> ssl.SSLContext | bool:
        """Return what httpx trusts.

        Raises:
            UsageError: the file of certificates cannot be read.
        """
        if not self.ca_cert:
            return True
        try:
            return ssl.create_default_context(cafile=self.ca_cert)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(
                f"--ca-cert {self.ca_cert!r} holds no certificates that can be read ({error}): "
                "give a file in PEM format."
            ) from error


def async_client(settings: ClientSettings, calls: Calls) -> AsyncQdrantClient:
    """Return an `AsyncQdrantClient` that records its calls; to be called on its loop."""
    if settings.on_loop:
        return cast("AsyncQdrantClient", OnLoopClient(sync_client(settings, calls)))
    client_class = recording_class(AsyncQdrantClient, calls, settings.protocol)
    with _trusting(settings):
        client = client_class(**settings.async_arguments())
    observed.observe_async(client)
    return client


def sync_client(settings: ClientSettings, calls: Calls) -> QdrantClient:
    """Return a `QdrantClient` that records its calls; threads may share it."""
    client_class = recording_class(QdrantClient, calls, settings.protocol)
    with _trusting(settings):
        client = client_class(**settings.arguments())
    observed.observe_sync(client)
    return client


def plain_client(settings: ClientSettings) -> QdrantClient:
    """Return a `QdrantClient` that records nothing, for what goes before and after the traffic."""
    with _trusting(settings):
        return QdrantClient(**settings.plumbing().arguments())


@contextmanager
def _trusting(settings: ClientSettings) -> Iterator[None]:
    """Enter where a client is made, with what its constructor does not take."""
    if settings.grpc and settings.ca_cert:
        # The client makes its channels when it first needs them, and gives them no certificates.
        os.environ["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"] = settings.ca_cert
    # The client warns of a key over plain http, in the middle of the output. Who gave the address
    # knows.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Api key is used with an insecure connection")
        yield


class OnLoopClient:
    """Has the methods of an `AsyncQdrantClient`, and blocks the event loop in each of them.

    Args:
        client: whose methods are called.
    """

    def __init__(self, client: QdrantClient) -> None:
        self._blocking = client

    @property
    def _client(self) -> Any:  # noqa: ANN401 - as in the client, which does not say
        return self._blocking._client  # noqa: SLF001 - for whoever looks at the connections

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        method = getattr(self._blocking, name)

        async def call(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401 - passed through
            return method(*arguments, **keywords)

        return call


_MOST_SECONDS = 3.0


async def make_first_call(settings: ClientSettings) -> None:
    """Ask the server's version with a client that nobody records, so that no request pays for it.

    A server that does not answer is left for the traffic to find.
    """
    client = async_client(settings, deque(maxlen=0))
    with suppress(*SERVER_FAILURES, asyncio.TimeoutError):
        await asyncio.wait_for(client.info(), _MOST_SECONDS)
    await client.close()


def checked_key(key: str | None) -> str | None:
    """Return an API key without the line's end that its file has; None for an empty one.

    Raises:
        UsageError: no header can carry it; the sentence does not show it.
    """
    key = (key or "").strip()
    keep_secret(key)
    wrong = next((place for place, each in enumerate(key, 1) if not "!" <= each <= "~"), None)
    if wrong is not None:
        raise UsageError(
            f"the API key cannot be sent: a header cannot carry character {wrong} of {len(key)}, "
            "which is no letter, digit or sign of ASCII. Set QDRANT_API_KEY or --api-key anew."
        )
    return key or None
