"""The client of a service under test: each request filled in, sent, looked at and recorded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp

from locust_qdrant.client.recording import RecordedCall, caller, occasion
from locust_qdrant.metrics.record import Outcome, Record, now
from locust_qdrant.redaction import mask, redact_text, redact_url
from locust_qdrant.targets.http.filling import fill, fill_path, query_pairs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from types import SimpleNamespace

    from locust_qdrant.client.recording import Calls
    from locust_qdrant.config.service import Endpoint

PROTOCOL = "HTTP"

#: Kept connections that a service has closed, tried for one request.
_MOST_STALE = 20
#: Longer bodies are cut: they are there to be recognised, not to be read.
_MOST_OF_A_BODY = 300
_OF_ITS_END = 150

_LATE_STATUS = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT}
_REFUSING_STATUS = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_MOST_IN_FLIGHT = 1000
_DEFAULT_PORTS = {"http": 80, "https": 443}

#: What is raised when there was no answer.
NO_ANSWER = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
#: Two classes up to Python 3.10.
_TIMEOUTS = (TimeoutError, asyncio.TimeoutError)


class BadStatusError(Exception):
    """An answer with a status that is not right; the words are the status and the body, cut."""


@dataclass(frozen=True)
class HttpSettings:
    """What a client of a service is made of.

    Attributes:
        url: address of the service, without a slash at the end.
        timeout: seconds until a request is given up.
        masked: what must not be repeated from an answer.
        clients: number of clients that the users of a process share.
    """

    url: str
    timeout: float = 5.0
    masked: Collection[str] = field(default=(), repr=False)
    clients: int = 1

    @property
    def most_in_flight(self) -> int:
        """Number of requests that may be under way: each opens a connection of its own."""
        return _MOST_IN_FLIGHT

    def describe(self) -> str:
        """Return one line for a report, without secrets."""
        return f"{redact_url(self.url)}, timeout {self.timeout:g} s"

    def ports(self) -> set[int]:
        """Return the ports that a client may connect to."""
        parts = urlsplit(self.url)
        return {parts.port or _DEFAULT_PORTS[parts.scheme]}

    def make_async(self, calls: Calls) -> HttpClient:
        """Return a client that records its requests; to be called on its loop."""
        return HttpClient(self, calls)

    def make_sync(self, calls: Calls) -> HttpClient:
        """Refuse: a service is driven from an event loop.

        Raises:
            NotImplementedError: always, which is meant.
        """
        raise NotImplementedError("A service has no blocking path.")  # meant: nobody asks

    async def first_call(self) -> None:
        """Do nothing: what it needs was imported to look at the service."""

    def facts(self, clients: Sequence[HttpClient]) -> None:
        """Return nothing: what is measured is the service, not this client."""

    def connections_opened(self, client: HttpClient) -> int | None:
        """Return how many connections a client has opened."""
        return client.opened


class HttpClient:
    """Opens a connection for each request under way, and keeps them.

    Args:
        settings: where to, and for how long.
        calls: where the finished requests go.

    Attributes:
        session: makes the requests.
        opened: number of connections that were opened so far.
    """

    def __init__(self, settings: HttpSettings, calls: Calls) -> None:
        self._settings = settings
        self._calls = calls
        self.opened = 0
        trace = aiohttp.TraceConfig()
        trace.on_connection_create_start.append(self._note_new)
        trace.on_connection_reuseconn.append(_note_reused)
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=settings.timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[trace],
        )

    async def close(self) -> None:
        """Close all connections."""
        await self.session.close()

    async def request(self, endpoint: Endpoint, values: Mapping[str, Any]) -> bool:
        """Send one request and record it; tell whether there was an answer.

        A request on a kept connection that the service had closed meanwhile is sent once more: an
        error at one endpoint must not count as one at another that uses its connection next.

        Args:
            endpoint: what to ask.
            values: of its placeholders.
        """
        why = occasion.get()
        made = now()
        start = made if why is None else why.begin(made)
        sends, status, size = 0, 0, 0
        error: BaseException | None = None
        try:
            while True:
                sends += 1
                connection = _ConnectionUse()
                try:
                    status, content = await self._once(endpoint, values, connection)
                    break
                except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
                    if not connection.reused or sends > _MOST_STALE:
                        raise
            size = len(content)
            if not endpoint.is_right(status):
                error = BadStatusError(f"status {status}: {self._shown(content)}")
        except NO_ANSWER as raised:
            error = raised
        except asyncio.CancelledError as raised:
            error = raised
            raise
        finally:
            record = Record(
                endpoint.name,
                "",
                PROTOCOL,
                start,
                now(),
                outcome_of(error, status),
                "" if error is None else reason(error),
                size,
                why.intended if why else None,
                loop_wait=made - start,
                sends=sends,
                step=why.step if why else "",
                worker=why.worker if why else 0,
                method=endpoint.method,
                status=status,
            )
            self._calls.append(RecordedCall(record, error, caller.get()))
        return status > 0

    async def _once(
        self, endpoint: Endpoint, values: Mapping[str, Any], connection: _ConnectionUse
    ) -> tuple[int, bytes]:
        async with self.session.request(
            endpoint.method,
            self._settings.url + fill_path(endpoint.path, values),
            params=query_pairs(fill(endpoint.query, values)),
            headers={name: str(each) for name, each in fill(endpoint.headers, values).items()},
            json=fill(endpoint.json, values),
            data=None if endpoint.body is None else str(fill(endpoint.body, values)).encode(),
            trace_request_ctx=connection,
        ) as answer:
            return answer.status, await answer.read()

    def _shown(self, content: bytes) -> str:
        said = mask(content.decode("utf-8", "replace"), self._settings.masked)
        # Redacted before it is cut, or half of a key could be left.
        return cut(redact_text(said)) or "(no body)"

    async def _note_new(
        self, _session: object, context: SimpleNamespace, _parameters: object
    ) -> None:
        self.opened += 1
        _note(context, reused=False)


@dataclass
class _ConnectionUse:
    """What became of the wish for a connection."""

    reused: bool = False


async def _note_reused(_session: object, context: SimpleNamespace, _parameters: object) -> None:
    _note(context, reused=True)


def _note(context: SimpleNamespace, *, reused: bool) -> None:
    if isinstance(context.trace_request_ctx, _ConnectionUse):
        context.trace_request_ctx.reused = reused


def secrets_of(requests: Iterable[Endpoint]) -> frozenset[str]:
    """Return what must not be repeated: values of headers, and the words in them."""
    values = {value for request in requests for value in request.headers.values()}
    return frozenset(values | {word for value in values for word in value.split()})


def outcome_of(error: BaseException | None, status: int) -> Outcome:
    """Return how a request ended, from what was raised and the status, zero without an answer."""
    if error is None:
        return Outcome.OK
    if isinstance(error, asyncio.CancelledError):
        return Outcome.CANCELLED
    if isinstance(error, _TIMEOUTS) or status in _LATE_STATUS:
        return Outcome.TIMEOUT
    if isinstance(error, aiohttp.ClientConnectorError) or status in _REFUSING_STATUS:
        return Outcome.REFUSED
    return Outcome.ERROR


def reason(error: BaseException) -> str:
    """Return in a few words what was wrong with an answer, or why there was none."""
    if isinstance(error, BadStatusError):
        return str(error)
    if isinstance(error, _TIMEOUTS):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "connection refused"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "connection closed without an answer"
    if isinstance(error, aiohttp.ClientOSError):
        return "connection reset"
    return type(error).__name__


def cut(body: str) -> str:
    """Return `body` on one line, and no more of its beginning and end than to recognise it."""
    line = " ".join(body.split())
    if len(line) <= _MOST_OF_A_BODY:
        return line
    # A traceback says at its end what happened.
    return f"{line[: _MOST_OF_A_BODY - _OF_ITS_END]} ... {line[-_OF_ITS_END:]}"
