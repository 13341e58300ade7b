"""The REST side of the engine: a request's bytes to an operation, and its result to bytes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from locust_qdrant.embedded.engine import strict_mode
from locust_qdrant.embedded.engine.older_requests import as_query
from locust_qdrant.embedded.engine.operations.call import Call
from locust_qdrant.embedded.engine.problems import RequestError, not_served
from locust_qdrant.embedded.engine.responses import AnswerKind
from locust_qdrant.embedded.engine.rest.routing import Router, check_names, read_parameters
from locust_qdrant.embedded.engine.rest.writing import to_json
from locust_qdrant.embedded.engine.table import NOT_SERVED, REST
from locust_qdrant.embedded.engine.validation import check

if TYPE_CHECKING:
    from locust_qdrant.embedded.engine.catalog import Catalog
    from locust_qdrant.embedded.engine.rest.routing import Route

_ROUTER = Router([*REST, *NOT_SERVED])
_TEXT, _JSON, _EMPTY = b"text/plain; charset=utf-8", b"application/json", b""


def answer(catalog: Catalog, head: bytes, body: bytes) -> tuple[int, bytes, bytes]:
    """Answer one request: return the HTTP status, the type of the content, and the content.

    `head` is the method and the path with its query, such as `GET /collections/a?timeout=5`. The
    type may be followed by further headers, each in a line of its own.
    """
    started = time.perf_counter()
    method, _, target = head.decode().partition(" ")
    path, _, query = target.partition("?")
    route = _ROUTER.find(method, path)
    if route is None:
        return 404, _EMPTY, b""
    try:
        answered = _answer(catalog, route, f"{method} {path}", query, body)
    except RequestError as problem:
        answered = failure(problem, time.perf_counter() - started)
    name = route.names.get("collection", "")
    known = name if catalog.find(name) is not None else ""
    kind = AnswerKind("rest", route.template, str(answered[0]), known)
    catalog.responses.add(kind, time.perf_counter() - started)
    return answered


def _answer(
    catalog: Catalog, route: Route, line: str, query: str, body: bytes
) -> tuple[int, bytes, bytes]:
    started = time.perf_counter()
    if route.template in NOT_SERVED:
        raise not_served(line)
    way, run = REST[route.template]
    check_names(route.names)
    parameters = read_parameters(query, way.parameters)
    model = None
    if way.reader is not None:
        model = way.reader.read(body)
        check(model)
        model = as_query(model) if way.older else model
    call = Call(**route.names, body=model, wait=parameters.wait, parameters=parameters.others)
    strict_mode.check(catalog.find(call.collection), model, parameters.timeout)
    result = way.write(run(catalog, call))
    if isinstance(result, str):
        return 200, _TEXT, result.encode()
    if way.bare:
        return 200, _JSON, to_json(result)
    elapsed = time.perf_counter() - started
    return 200, _JSON, to_json({"result": result, "status": "ok", "time": elapsed})


def failure(problem: RequestError, seconds: float = 0.0) -> tuple[int, bytes, bytes]:
    """Return the answer to a request that failed, as `answer` does."""
    document = {"status": {"error": problem.message}, "time": seconds}
    head = _JSON
    if problem.retry_after is not None:
        head += f"\nretry-after: {problem.retry_after}".encode()
    return problem.status, head, to_json(document)
