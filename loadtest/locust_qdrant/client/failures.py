"""What went wrong with a request: its kind, and one line that a person understands."""

from __future__ import annotations

import asyncio
import errno
import json
import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import grpc
import httpx
from qdrant_client.common.client_exceptions import QdrantException, ResourceExhaustedResponse
from qdrant_client.http.exceptions import (
    ApiException,
    ResponseHandlingException,
    UnexpectedResponse,
)

from locust_qdrant.metrics.record import Outcome
from locust_qdrant.redaction import redact_text

if TYPE_CHECKING:
    from collections.abc import Collection

#: What only the server or the way to it raises; everything else is a mistake in the caller's code.
SERVER_FAILURES = (ApiException, QdrantException, grpc.RpcError)

_LONGEST = 300
_LONGEST_BEGINNING = 80
_NO_DESCRIPTORS = os.strerror(errno.EMFILE)

# Qdrant answers 408 when it gave up itself, and proxies 504.
_LATE_STATUS = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT}
_REFUSING_STATUS = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_LATE_CODES = {grpc.StatusCode.DEADLINE_EXCEEDED}
_REFUSING_CODES = {grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE}


def outcome_of(error: BaseException) -> Outcome:
    """Return the kind of `error`, which ended a call of a client."""
    if isinstance(error, asyncio.CancelledError):
        return Outcome.CANCELLED
    if isinstance(error, ResourceExhaustedResponse):
        return Outcome.REFUSED
    if isinstance(error, UnexpectedResponse):
        return _kind(error.status_code, _LATE_STATUS, _REFUSING_STATUS)
    if isinstance(error, grpc.RpcError):
        code: Any = getattr(error, "code", None)
        return _kind(None if code is None else code(), _LATE_CODES, _REFUSING_CODES)
    source = error.source if isinstance(error, ResponseHandlingException) else error
    # Before 3.11 asyncio has a timeout of its own.
    if isinstance(source, (httpx.TimeoutException, TimeoutError, asyncio.TimeoutError)):
        return Outcome.TIMEOUT
    return Outcome.REFUSED if isinstance(source, httpx.ConnectError) else Outcome.ERROR


def _kind(status: object, late: Collection[object], refusing: Collection[object]) -> Outcome:
    if status in late:
        return Outcome.TIMEOUT
    return Outcome.REFUSED if status in refusing else Outcome.ERROR


def describe(error: BaseException) -> str:
    """Return one line for `error`: status and the server's own words where there are any."""
    # Redacted before it is cut, or half of a key could be left.
    line = redact_text(" ".join(_words(error).split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 4]} ..."


def _words(error: BaseException) -> str:
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    if isinstance(error, UnexpectedResponse):
        return f"{error.status_code} {error.reason_phrase}: {_server_message(error)}"
    if isinstance(error, ResponseHandlingException):
        return _named(error.source)
    if isinstance(error, grpc.RpcError):
        return _grpc_words(error)
    return _named(error)


def _named(error: BaseException) -> str:
    if isinstance(error, json.JSONDecodeError):
        return _not_json(error)
    text = str(error)
    words = f"{type(error).__name__}: {text}" if text else type(error).__name__
    # anyio and httpx put words of their own in the place of the system's.
    if _lacks_descriptors(error) and _NO_DESCRIPTORS not in text:
        return f"{words} ({_NO_DESCRIPTORS})"
    return words


def _lacks_descriptors(error: BaseException | None) -> bool:
    """Tell whether `error`, or what it came from, is the want of a file descriptor."""
    if error is None:
        return False
    if isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}:
        return True
    # Several addresses that were tried are a group.
    several: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    causes = (error.__cause__ or error.__context__, *several)
    return any(_lacks_descriptors(each) for each in causes)


def _not_json(error: json.JSONDecodeError) -> str:
    # A login page, or a gateway's words: what it says first tells who answered.
    if not error.doc.strip():
        return f"the answer is empty, and no JSON ({type(error).__name__})"
    # Redacted before it is cut, or half of a key could be left.
    begins = " ".join(redact_text(error.doc).split())[:_LONGEST_BEGINNING]
    return f"{type(error).__name__}: {error}; the answer is no JSON: {begins}"


def _server_message(error: UnexpectedResponse) -> str:
    try:
        status: Any = json.loads(error.content)["status"]
        return str(status["error"])
    except (ValueError, KeyError, TypeError):
        return error.content.decode("utf-8", "replace") or "(no body)"


def _grpc_words(error: grpc.RpcError) -> str:
    # RpcError itself declares nothing; what a call raises also has the call's status.
    code: Any = getattr(error, "code", None)
    details: Any = getattr(error, "details", None)
    if code is None or details is None:
        return _named(error)
    return f"{code().name}: {details()}"
