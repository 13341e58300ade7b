"""The gRPC side of the engine: a message's bytes to an operation, and its result to bytes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from locust_qdrant.embedded.engine import strict_mode
from locust_qdrant.embedded.engine.grpc.checks import check_message
from locust_qdrant.embedded.engine.problems import RequestError, not_served, wrong_input
from locust_qdrant.embedded.engine.responses import AnswerKind
from locust_qdrant.embedded.engine.table import GRPC
from locust_qdrant.embedded.engine.validation import check

if TYPE_CHECKING:
    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.operations.call import Call
    from locust_qdrant.embedded.engine.table.entry import Grpc, Run

OK = 0


def answer(catalog: Catalog, head: bytes, body: bytes) -> tuple[int, bytes, bytes]:
    """Answer one message: return the gRPC status, the reason of a failure, and the response.

    `head` is the method's full name, such as `/qdrant.Points/Query`.
    """
    started = time.perf_counter()
    name = head.decode()
    if name not in GRPC:
        return failure(not_served(name))
    try:
        code, reason, content = _answer(catalog, *GRPC[name], body)
    except RequestError as problem:
        code, reason, content = failure(problem)
    kind = AnswerKind("grpc", name, str(code), "")
    catalog.responses.add(kind, time.perf_counter() - started)
    return code, reason, content


def _answer(catalog: Catalog, way: Grpc, run: Run, body: bytes) -> tuple[int, bytes, bytes]:
    started = time.perf_counter()
    call, timeout = _read(way, body)
    check(call.body, grpc=True)
    strict_mode.check(catalog.find(call.collection), call.body, timeout)
    fields = way.write(run(catalog, call))
    if "time" in way.response.DESCRIPTOR.fields_by_name:
        fields["time"] = time.perf_counter() - started
    return OK, b"", way.response(**fields).SerializeToString()


def failure(problem: RequestError) -> tuple[int, bytes, bytes]:
    """Return the answer to a message that failed, as `answer` does."""
    return problem.grpc_code, problem.message.encode(), b""


def _read(way: Grpc, body: bytes) -> tuple[Call, int | None]:
    """Return what is asked for, and within how many seconds if that is said."""
    try:
        message = way.request.FromString(body)
        check_message(message)
        timed = "timeout" in message.DESCRIPTOR.fields_by_name and message.HasField("timeout")
        return way.read(message), message.timeout if timed else None
    except (DecodeError, ValueError) as error:  # pydantic's ValidationError is a ValueError
        raise wrong_input(str(error)) from None
