"""A REST proxy that does to a server's answers what a check of the load test has to notice."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from enum import Enum
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from typing_extensions import Self

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_UPSERT = re.compile(r"PUT /collections/[^/]+/points")
_QUERY = re.compile(r"POST /collections/[^/]+/points/query(/batch)?")
_POINTS = re.compile(r"\w+ /collections/[^/]+/points(/.*)?")
#: Headers that belong to one connection, or that httpx and uvicorn make themselves.
_OWN = {"host", "content-length", "transfer-encoding", "connection", "date", "server"}
_SLOW_SECONDS = 0.3


class Fault(Enum):
    """What goes wrong, and with which requests."""

    #: An upsert is acknowledged and thrown away.
    LOSE_WRITE = ("lose write", _UPSERT)
    #: A field of each upserted payload is changed on its way.
    CHANGE_PAYLOAD = ("payload", _UPSERT)
    #: Each upserted vector is turned round on its way.
    CHANGE_VECTOR = ("vector", _UPSERT)
    #: A search that is not exact loses every second hit.
    DROP_HITS = ("drop hits", _QUERY)
    #: The answer is 503.
    OVERLOADED = ("overloaded", _POINTS)
    #: The connection ends in the middle of an answer.
    RESET = ("reset", _POINTS)
    #: The answer comes a third of a second later.
    SLOW = ("slow", _POINTS)

    def concerns(self, line: str) -> bool:
        """Whether a request with this method and path can go wrong in this way."""
        _, pattern = self.value
        return bool(pattern.fullmatch(line))


class FaultyProxy:
    """Passes everything on to a server until it is told to break some of it.

    Args:
        target: the server's URL.
    """

    def __init__(self, target: str) -> None:
        self._fault: Fault | None = None
        self._skip = 0
        self._every = 1
        self._seen = 0
        #: How many requests went wrong.
        self.harmed = 0
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

    def break_with(self, fault: Fault | None, *, every: int = 1, skip: int = 0) -> None:
        """Let one in `every` requests that `fault` concerns go wrong, after the first `skip`."""
        self._fault, self._every, self._skip = fault, every, skip
        self._seen = self.harmed = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    async def _answer(self, request: Request) -> Response:
        fault = self._chosen(f"{request.method} {request.url.path}")
        body = await request.body()
        if fault is Fault.OVERLOADED:
            return JSONResponse({"status": {"error": "overloaded"}, "time": 0.0}, 503)
        if fault is Fault.RESET:
            return _CutShort()
        if fault is Fault.SLOW:
            await asyncio.sleep(_SLOW_SECONDS)
        if fault is Fault.LOSE_WRITE:
            done = {"operation_id": 1, "status": "completed"}
            return JSONResponse({"result": done, "status": "ok", "time": 0.001})
        if fault in {Fault.CHANGE_PAYLOAD, Fault.CHANGE_VECTOR}:
            body = _changed(body, fault)
        answer = await self._passed_on(request, body)
        if fault is Fault.DROP_HITS:
            return JSONResponse(_fewer_hits(json.loads(body), answer.json()))
        headers = {name: value for name, value in answer.headers.items() if name not in _OWN}
        return Response(answer.content, answer.status_code, headers)

    def _chosen(self, line: str) -> Fault | None:
        if self._fault is None or not self._fault.concerns(line):
            return None
        self._seen += 1
        past = self._seen - self._skip
        if past <= 0 or past % self._every:
            return None
        self.harmed += 1
        return self._fault

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


def _changed(body: bytes, fault: Fault) -> bytes:
    data = json.loads(body)
    for point in data["points"]:
        if fault is Fault.CHANGE_PAYLOAD:
            point["payload"] = {**(point.get("payload") or {}), "changed": True}
        else:
            point["vector"] = _turned(point["vector"])
    return json.dumps(data).encode()


def _turned(vector: Any) -> Any:
    if isinstance(vector, dict):
        return {name: _turned(value) for name, value in vector.items()}
    return vector[::-1]


def _fewer_hits(asked: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    searches = asked.get("searches", [asked])
    results = answer["result"] if "searches" in asked else [answer["result"]]
    for search, result in zip(searches, results, strict=True):
        if not (search.get("params") or {}).get("exact"):
            result["points"] = result["points"][::2]
    return answer
