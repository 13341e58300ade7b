"""One request: its placeholders filled, sent, and its answer looked at."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from locust_qdrant.targets.http.filling import fill, fill_path, query_pairs
from locust_qdrant.targets.http.masking import mask
from locust_qdrant.targets.http.tally import cut

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from types import SimpleNamespace

    from locust_qdrant.targets.http.filling import Filler
    from locust_qdrant.targets.http.spec import Endpoint

#: Kept connections that a service has closed, tried for one request.
_MOST_STALE = 20

#: What is raised when there was no answer.
NO_ANSWER = (aiohttp.ClientError, asyncio.TimeoutError, OSError)


class Sender:
    """Sends requests to one service.

    Args:
        session: makes the requests.
        base: address of the service, without a slash at the end.
        filler: fills the placeholders.
        secrets: what must not be repeated from an answer.

    Attributes:
        sent_again: number of requests that were repeated on another connection.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base: str,
        filler: Filler,
        secrets: Collection[str] = (),
    ) -> None:
        self.session = session
        self._base = base
        self._filler = filler
        self._secrets = secrets
        self.sent_again = 0

    async def send(self, endpoint: Endpoint) -> tuple[int, str]:
        """Send one request; return the status code, and the body, cut, if the code is not right.

        A request on a kept connection that the service had closed meanwhile is sent once more: an
        error at one endpoint must not count as one at another that uses its connection next.

        Raises:
            aiohttp.ClientError: there was no answer; also an OSError or a TimeoutError.
        """
        values = self._filler.values(endpoint)
        for _ in range(_MOST_STALE):
            connection = _Connection()
            try:
                return await self._once(endpoint, values, connection)
            except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
                if not connection.reused:
                    raise
                self.sent_again += 1
        return await self._once(endpoint, values, _Connection())

    async def _once(
        self, endpoint: Endpoint, values: Mapping[str, Any], connection: _Connection
    ) -> tuple[int, str]:
        async with self.session.request(
            endpoint.method,
            self._base + fill_path(endpoint.path, values),
            params=query_pairs(fill(endpoint.query, values)),
            headers={name: str(each) for name, each in fill(endpoint.headers, values).items()},
            json=fill(endpoint.json, values),
            data=None if endpoint.body is None else str(fill(endpoint.body, values)).encode(),
            trace_request_ctx=connection,
        ) as answer:
            content = await answer.read()
        if endpoint.is_right(answer.status):
            return answer.status, ""
        return answer.status, cut(mask(content.decode("utf-8", "replace"), self._secrets))


def open_session(timeout: float) -> aiohttp.ClientSession:
    """Return a session that opens a connection for each request under way, and keeps them.

    Args:
        timeout: seconds until a request is given up.
    """
    trace = aiohttp.TraceConfig()
    trace.on_connection_create_start.append(_note_new)
    trace.on_connection_reuseconn.append(_note_reused)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=timeout),
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[trace],
    )


@dataclass
class _Connection:
    """What became of the wish for a connection."""

    reused: bool = False


async def _note_new(_session: object, context: SimpleNamespace, _parameters: object) -> None:
    _note(context, reused=False)


async def _note_reused(_session: object, context: SimpleNamespace, _parameters: object) -> None:
    _note(context, reused=True)


def _note(context: SimpleNamespace, *, reused: bool) -> None:
    if isinstance(context.trace_request_ctx, _Connection):
        context.trace_request_ctx.reused = reused


def reason(error: BaseException) -> str:
    """Return in a few words why there was no answer."""
    if isinstance(error, asyncio.TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "connection refused"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "connection closed without an answer"
    if isinstance(error, aiohttp.ClientOSError):
        return "connection reset"
    return type(error).__name__
