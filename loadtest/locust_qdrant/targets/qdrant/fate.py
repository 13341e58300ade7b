"""What became of a write, by the server's answer or refusal.

A server that refuses a request unread did nothing of it. What it refuses when it applies the write
is refused by a shard, and with several shards the others may have done their part.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import grpc
from qdrant_client import models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import UnexpectedResponse

from locust_qdrant.ledger import Fate

if TYPE_CHECKING:
    from locust_qdrant.ledger import Write

_UNREAD_STATUS = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
_UNREAD_CODES = {
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.OUT_OF_RANGE,
}
_BY_SHARD_STATUS = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_BY_SHARD_CODES = {
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}


def of_failure(write: Write | None, error: BaseException) -> Fate:
    """Return what became of a write whose call raised."""
    fate = _of_error(error)
    # A single point is in a single shard.
    alone = fate is Fate.REFUSED_BY_SHARD and write is not None and len(write.points) == 1
    return Fate.REFUSED if alone else fate


def of_answer(answer: object) -> Fate:
    """Return what became of a write that the client asked to wait for."""
    done = not isinstance(answer, models.UpdateResult) or (
        answer.status is models.UpdateStatus.COMPLETED
    )
    return Fate.ACKNOWLEDGED if done else Fate.IN_DOUBT


def _of_error(error: BaseException) -> Fate:
    if isinstance(error, ResourceExhaustedResponse):
        return Fate.REFUSED_BY_SHARD
    if isinstance(error, UnexpectedResponse):
        return _among(error.status_code, _UNREAD_STATUS, _BY_SHARD_STATUS)
    code: Any = getattr(error, "code", None)
    if isinstance(error, grpc.RpcError) and code is not None:
        return _among(code(), _UNREAD_CODES, _BY_SHARD_CODES)
    return Fate.IN_DOUBT


def _among(told: object, unread: set[Any], by_shard: set[Any]) -> Fate:
    if told in unread:
        return Fate.REFUSED
    return Fate.REFUSED_BY_SHARD if told in by_shard else Fate.IN_DOUBT
