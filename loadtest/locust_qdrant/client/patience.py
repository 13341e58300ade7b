"""Trying again where a server only asks to wait: for what a test does beside its traffic.

In the traffic, a refusal is a result. While filling, reading back and cleaning up it is none.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import grpc
import httpx
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from locust_qdrant.client.failures import SERVER_FAILURES

if TYPE_CHECKING:
    from collections.abc import Callable

    T = TypeVar("T")

#: Seconds for which a call is tried again at most, and between two tries where the server does not
#: say how long to wait.
PATIENCE = 30.0
_PAUSE = 0.5

#: What Qdrant says of a request that is above its limit for a minute, and gRPC of one that is too
#: long: neither ever passes whole.
_TOO_LARGE = re.compile(r"request larger than rate limiter capacity|message larger than max")
_RETRY_AFTER = re.compile(r"Retry after (\d+)s")
_WAIT_STATUS = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
#: What a server answers to a request that it read, and of which it did nothing.
_REFUSED_STATUS = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}
#: What a gateway says in place of a server that does not answer, and gRPC of one.
_AWAY_STATUS = {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
_AWAY_CODES = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}
_REFUSED_CODES = {
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.ALREADY_EXISTS,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.OUT_OF_RANGE,
}


@dataclass
class WaitBudget:
    """How much longer a server is waited for, in all requests together.

    Attributes:
        left: in seconds.
    """

    left: float = PATIENCE


def patiently(
    call: Callable[[], T],
    seconds: float = PATIENCE,
    outage: WaitBudget | None = None,
    again: Callable[[], object] = int,
) -> T:
    """Return what `call` returns, which is tried again while the server asks to wait, or is away.

    Args:
        call: makes a request; where there is an `outage`, one that may be made twice.
        seconds: for which a server may ask to wait.
        outage: for how much longer one is waited for that cannot be reached; None for not at all.
        again: called whenever the call is about to be made once more.

    Raises:
        ApiException, QdrantException, grpc.RpcError: as the last try did.
    """
    first = time.monotonic()
    deadline = first + seconds
    while True:
        began = time.monotonic()
        try:
            return call()
        except SERVER_FAILURES as error:
            wait = _wait_of(error)
            if wait is None and outage is not None and is_away(error):
                wait = _PAUSE
                outage.left -= time.monotonic() - began + wait
                if outage.left < 0:
                    raise
            # Who does not say for how long is not waited for any longer than usual.
            elif wait is None or time.monotonic() + wait > (
                deadline if wait > _PAUSE else min(deadline, first + PATIENCE)
            ):
                raise
        time.sleep(wait)
        again()


def is_away(error: BaseException) -> bool:
    """Tell whether `error` says that nobody answered: a server that ended, or hangs."""
    if isinstance(error, UnexpectedResponse):
        return error.status_code in _AWAY_STATUS
    if isinstance(error, ResponseHandlingException):
        return isinstance(error.source, httpx.TransportError)
    return _code_of(error) in _AWAY_CODES


def _wait_of(error: BaseException) -> float | None:
    """Return for how long the server asks to wait, None where it does not."""
    if _is_too_large(error):
        return None
    if isinstance(error, ResourceExhaustedResponse):
        return max(_PAUSE, float(error.retry_after_s))
    if isinstance(error, UnexpectedResponse) and error.status_code in _WAIT_STATUS:
        return _PAUSE
    if _code_of(error) is grpc.StatusCode.RESOURCE_EXHAUSTED:
        # The blocking client passes it on as it is.
        after = _RETRY_AFTER.search(_details_of(error))
        return _PAUSE if after is None else max(_PAUSE, float(after[1]))
    return None


def is_refusal(error: BaseException) -> bool:
    """Tell whether `error` is the answer to a request of which the server did nothing."""
    if _is_too_large(error):
        return True
    if isinstance(error, UnexpectedResponse):
        return error.status_code in _REFUSED_STATUS
    return _code_of(error) in _REFUSED_CODES


def _is_too_large(error: BaseException) -> bool:
    """Tell whether one request asks for more than a server, or gRPC, ever allows at once."""
    if isinstance(error, UnexpectedResponse):
        return _TOO_LARGE.search(error.content.decode(errors="replace")) is not None
    return _TOO_LARGE.search(_details_of(error)) is not None


def _code_of(error: BaseException) -> grpc.StatusCode | None:
    code: Any = getattr(error, "code", None)
    return code() if isinstance(error, grpc.RpcError) and code is not None else None


def _details_of(error: BaseException) -> str:
    details: Any = getattr(error, "details", None)
    return (details() or "") if isinstance(error, grpc.RpcError) and details is not None else ""
