"""A REST proxy that does to a server's answers what a check of the load test has to notice."""

from __future__ import annotations

import asyncio
import json
import math
import re
import socket
import threading
import uuid
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from typing_extensions import Self

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_UPSERT = re.compile(r"PUT /collections/[^/]+/points")
_SET_PAYLOAD = re.compile(r"POST /collections/[^/]+/points/payload")
_DELETE = re.compile(r"POST /collections/[^/]+/points/delete")
_QUERY = re.compile(r"POST /collections/[^/]+/points/query(/batch)?")
_READ = re.compile(r"POST /collections/[^/]+/points(/query(/batch)?|/scroll)?")
_WRITE = re.compile(r"PUT /collections/[^/]+/points|POST /collections/[^/]+/points/delete")
_ALL_REPLICAS = re.compile(r"POST /collections/[^/]+/points\?consistency=all")
_POINTS = re.compile(r"\w+ /collections/[^/]+/points(/.*)?")
#: Headers that belong to one connection, or that httpx and uvicorn make themselves.
_OWN = {"host", "content-length", "transfer-encoding", "connection", "date", "server"}
#: What is done to the points of an answer.
_LIES: dict[str, Callable[[list[Any]], list[Any]]] = {
    "NO_HITS": lambda points: [],
    "EMPTY": lambda points: [],
    "FEW": lambda points: points[:1],
    "INVENT": lambda points: [{**each, "id": str(uuid.uuid4())} for each in points],
    "REVERSE": lambda points: points[::-1],
    "REPEAT": lambda points: [each for point in points for each in (point, point)],
    "TURN_PAYLOAD": lambda points: [_otherwise(each, "payload", rank=0.123) for each in points],
    "TURN_VECTOR": lambda points: [{**each, "vector": _turned(each["vector"])} for each in points],
    "TURN_SCORE": lambda points: [
        {**each, "score": 1.01 * each["score"]} if "score" in each else each for each in points
    ],
}
_LOST = {"result": {"operation_id": 1, "status": "completed"}, "status": "ok", "time": 0.001}


class Fault(Enum):
    """What goes wrong, and with which requests."""

    #: An upsert is acknowledged and thrown away.
    LOSE_WRITE = ("lose write", _UPSERT)
    #: So is a change of payloads.
    LOSE_CHANGE = ("lose change", _SET_PAYLOAD)
    #: So is a deletion.
    LOSE_DELETE = ("lose delete", _DELETE)
    #: Each upserted point is written a second time, under an id of its own.
    WRITE_TWICE = ("write twice", _UPSERT)
    #: A field of each upserted payload is changed on its way.
    CHANGE_PAYLOAD = ("payload", _UPSERT)
    #: Each upserted vector is turned round on its way.
    CHANGE_VECTOR = ("vector", _UPSERT)
    #: A search that is not exact loses every second hit.
    DROP_HITS = ("drop hits", _QUERY)
    #: A search finds nothing; whoever reads points by their ids gets them.
    NO_HITS = ("no hits", _QUERY)
    #: A read finds nothing.
    EMPTY = ("empty", _READ)
    #: A read finds one point.
    FEW = ("few", _READ)
    #: A read finds points that nobody wrote.
    INVENT = ("invent", _READ)
    #: A read finds its points in the opposite order.
    REVERSE = ("reverse", _READ)
    #: A read finds each point twice.
    REPEAT = ("repeat", _READ)
    #: Points come back with a payload, a vector or a score that is not theirs.
    TURN_PAYLOAD = ("turn payload", _READ)
    TURN_VECTOR = ("turn vector", _READ)
    TURN_SCORE = ("turn score", _READ)
    #: A read is done without its filter.
    NO_FILTER = ("no filter", _READ)
    #: A read gets the answer to the one before it.
    EARLIER = ("earlier", _READ)
    #: The last search of a batch gets no answer.
    PART_OF_BATCH = ("part", _QUERY)
    #: The answer is 403, and repeats the key.
    ECHO = ("echo", re.compile(r"\w+ /collections.*"))
    #: An upsert is done, and the answer is 403.
    DENY_DONE = ("deny done", _UPSERT)
    #: An upsert is not done, and the answer is 400.
    REFUSE_WRITE = ("refuse write", _UPSERT)
    #: An upsert is done later, and the answer says that the server gave up waiting for it.
    UNFINISHED = ("unfinished", _UPSERT)
    #: The answer is the page of a login.
    PAGE = ("page", _QUERY)
    #: That to a search only.
    ECHO_HITS = ("echo hits", _QUERY)
    #: One replica lacks every second point: who asks all of them gets the others only.
    LACKING_REPLICA = ("lacking", _ALL_REPLICAS)
    #: One replica is down: who asks all of them gets an error.
    REPLICA_DOWN = ("down", _ALL_REPLICAS)
    #: A collection is removed, and the answer is 500, as where one of several nodes is down.
    REMOVED_AFTER_ALL = ("removed after all", re.compile(r"DELETE /collections/[^/]+"))
    #: No write is done: the answer is 403, or 500.
    DENY = ("deny", _WRITE)
    BROKEN_WRITE = ("broken write", _WRITE)
    #: Points are not given by their ids: the answer is 500.
    BROKEN_READ = ("broken read", re.compile(r"POST /collections/[^/]+/points"))
    #: The server says nothing of itself: the answer is 403.
    NO_TELEMETRY = ("no telemetry", re.compile(r"GET /telemetry"))
    #: It says that it is a node of a cluster.
    CLUSTER = ("cluster", re.compile(r"GET /telemetry"))
    #: The answer is 503.
    OVERLOADED = ("overloaded", _POINTS)
    #: The connection ends in the middle of an answer.
    RESET = ("reset", _POINTS)
    #: The answer comes later.
    SLOW = ("slow", _POINTS)

    def concerns(self, line: str, query: str) -> bool:
        """Whether a request with this method and path, and query, can go wrong in this way."""
        _, pattern = self.value
        return bool(pattern.fullmatch(line) or pattern.fullmatch(f"{line}?{query}"))


@dataclass
class _Plan:
    """Which of the requests that a fault concerns go wrong."""

    every: int
    skip: int
    most: float
    seen: int = 0
    harmed: int = 0

    def has_turn(self, *, taken: bool) -> bool:
        self.seen += 1
        past = self.seen - self.skip
        if taken or past <= 0 or past % self.every or self.harmed >= self.most:
            return False
        self.harmed += 1
        return True


class FaultyProxy:
    """Passes everything on to a server until it is told to break some of it.

    Args:
        target: the server's URL.
        slow_seconds: how much later a slow answer comes.
    """

    def __init__(self, target: str, slow_seconds: float = 0.3) -> None:
        self._plans: dict[Fault, _Plan] = {}
        self._slow_seconds = slow_seconds
        self._earlier: dict[str, httpx.Response] = {}
        self._target = target
        self._client: httpx.AsyncClient | None = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        app = Starlette(routes=[Route("/{path:path}", self._answer, methods=_METHODS)])
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def harmed(self) -> Counter[Fault]:
        """How many requests went wrong, by how."""
        return Counter({fault: plan.harmed for fault, plan in self._plans.items()})

    def break_with(
        self, fault: Fault, *, every: int = 1, skip: int = 0, most: float = math.inf
    ) -> None:
        """Let one in `every` requests that `fault` concerns go wrong, after the first `skip`.

        Of several faults that would have the same request, the one that was named first has it.
        """
        self._plans[fault] = _Plan(every, skip, most)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    async def _answer(self, request: Request) -> Response:
        fault = self._chosen(f"{request.method} {request.url.path}", request.url.query)
        body = await request.body()
        if fault in _UNASKED:
            return _UNASKED[fault](request)
        if fault is Fault.SLOW:
            await asyncio.sleep(self._slow_seconds)
        if fault in {Fault.CHANGE_PAYLOAD, Fault.CHANGE_VECTOR, Fault.WRITE_TWICE}:
            body = _changed(body, fault)
        if fault is Fault.NO_FILTER:
            body = _unfiltered(body)
        answer = await self._passed_on(request, body)
        if fault is Fault.EARLIER:
            path = request.url.path
            answer, self._earlier[path] = self._earlier.get(path, answer), answer
        changed = _answered_otherwise(fault, body, answer)
        if changed is not None:
            return changed
        headers = {name: value for name, value in answer.headers.items() if name not in _OWN}
        return Response(answer.content, answer.status_code, headers)

    def _chosen(self, line: str, query: str) -> Fault | None:
        chosen = None
        for fault, plan in self._plans.items():
            if fault.concerns(line, query) and plan.has_turn(taken=chosen is not None):
                chosen = fault
        return chosen

    async def _passed_on(self, request: Request, body: bytes) -> httpx.Response:
        if self._client is None:
            self._client = httpx.AsyncClient(base_url=self._target, timeout=30)
        headers = {name: value for name, value in request.headers.items() if name not in _OWN}
        # Whatever the client accepts, the proxy has to understand.
        headers["accept-encoding"] = "identity"
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return await self._client.request(request.method, target, content=body, headers=headers)


class _CutShort(Response):
    """Promises more than it sends; uvicorn then closes the connection."""

    async def __call__(self, _scope: Any, _receive: Any, send: Any) -> None:
        headers = [(b"content-length", b"1000"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"result":', "more_body": True})


def _said(status: int, error: str) -> JSONResponse:
    return JSONResponse({"status": {"error": error}, "time": 0.0}, status)


def _echoed(request: Request) -> JSONResponse:
    return _said(403, f"Forbidden for {request.headers.get('api-key')}")


#: Answers for which the server is not body.
_UNASKED: dict[Fault | None, Callable[[Request], Response]] = {
    Fault.OVERLOADED: lambda _: _said(503, "overloaded"),
    Fault.REPLICA_DOWN: lambda _: _said(
        500, "Service internal error: 1 of 2 read operations failed"
    ),
    Fault.NO_TELEMETRY: lambda _: _said(403, "Forbidden: Global access is required"),
    Fault.DENY: lambda _: _said(403, "Forbidden: Write access to collection is required"),
    Fault.BROKEN_WRITE: lambda _: _said(500, "Service internal error: disk"),
    Fault.BROKEN_READ: lambda _: _said(500, "Service internal error: disk"),
    Fault.REFUSE_WRITE: lambda _: _said(400, "Wrong input: bad"),
    Fault.PAGE: lambda _: Response("<html>log in</html>", media_type="text/html"),
    Fault.ECHO: _echoed,
    Fault.ECHO_HITS: _echoed,
    Fault.RESET: lambda _: _CutShort(),
    Fault.LOSE_WRITE: lambda _: JSONResponse(_LOST),
    Fault.LOSE_CHANGE: lambda _: JSONResponse(_LOST),
    Fault.LOSE_DELETE: lambda _: JSONResponse(_LOST),
}


def _answered_otherwise(
    fault: Fault | None, body: bytes, answer: httpx.Response
) -> Response | None:
    """Return what is said instead of a server's answer; None where it is passed on."""
    if fault is Fault.REMOVED_AFTER_ALL:
        return _said(500, "Service internal error: tcp connect error")
    if fault is Fault.CLUSTER:
        return JSONResponse(_told_of_cluster(answer.json()))
    if fault is Fault.DENY_DONE:
        return _said(403, "Forbidden")
    if fault is Fault.UNFINISHED:
        result = {**answer.json()["result"], "status": "wait_timeout"}
        return JSONResponse({**answer.json(), "result": result})
    if fault is Fault.LACKING_REPLICA:
        return JSONResponse({**answer.json(), "result": answer.json()["result"][::2]})
    if fault is Fault.DROP_HITS:
        return JSONResponse(_fewer_hits(json.loads(body), answer.json()))
    if fault is Fault.PART_OF_BATCH and isinstance(answer.json()["result"], list):
        return JSONResponse({**answer.json(), "result": answer.json()["result"][:-1]})
    if fault is not None and fault.name in _LIES:
        return JSONResponse(_told(answer.json(), _LIES[fault.name]))
    return None


def _told_of_cluster(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "result": {**answer["result"], "cluster": {"enabled": True}}}


def _changed(body: bytes, fault: Fault) -> bytes:
    data = json.loads(body)
    if fault is Fault.WRITE_TWICE:
        data["points"] += [{**point, "id": str(uuid.uuid4())} for point in data["points"]]
        return json.dumps(data).encode()
    for point in data["points"]:
        if fault is Fault.CHANGE_PAYLOAD:
            point["payload"] = {**(point.get("payload") or {}), "changed": True}
        else:
            point["vector"] = _turned(point["vector"])
    return json.dumps(data).encode()


def _told(answer: dict[str, Any], lie: Callable[[list[Any]], list[Any]]) -> dict[str, Any]:
    """Return an answer with something else than its points, wherever it has them."""
    result = answer["result"]
    lists = result if isinstance(result, list) and result and "points" in result[0] else [result]
    if isinstance(result, list) and lists is not result:
        return {**answer, "result": lie(result)}
    for each in lists:
        each["points"] = lie(each["points"])
    return answer


def _otherwise(point: dict[str, Any], part: str, **changed: Any) -> dict[str, Any]:
    return {**point, part: {**point[part], **changed}}


def _unfiltered(body: bytes) -> bytes:
    data = json.loads(body)
    for each in (data, *data.get("searches", ()), *data.get("prefetch", ())):
        each.pop("filter", None)
    return json.dumps(data).encode()


def _turned(vector: Any) -> Any:
    if isinstance(vector, dict):
        parts = vector.items()
        return {name: value if name == "indices" else _turned(value) for name, value in parts}
    return vector[::-1]


def _fewer_hits(body: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    searches = body.get("searches", [body])
    results = answer["result"] if "searches" in body else [answer["result"]]
    for search, result in zip(searches, results, strict=True):
        if not (search.get("params") or {}).get("exact"):
            result["points"] = result["points"][::2]
    return answer
