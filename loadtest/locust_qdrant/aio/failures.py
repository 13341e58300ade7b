"""What went wrong with a request, in one line that a person understands."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import grpc
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import (
    ApiException,
    ResponseHandlingException,
    UnexpectedResponse,
)

#: What only the server or the way to it raises; everything else is a mistake in the caller's code.
SERVER_FAILURES = (ApiException, QdrantException, grpc.RpcError)

_LONGEST = 300


def describe(error: BaseException) -> str:
    """Return one line for `error`: status and the server's own words where there are any."""
    line = " ".join(_words(error).split())
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
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


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
