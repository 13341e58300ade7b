"""The REST frontend: finds the operation behind a route, and passes the body on unread."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from locust_qdrant.embedded.frames import Kind
from locust_qdrant.embedded.frontends.access import refusal
from locust_qdrant.embedded.frontends.link import EngineGoneError
from locust_qdrant.embedded.frontends.routes import HEALTH, OPEN_PATHS, ROUTES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from locust_qdrant.embedded.frontends.link import EngineLink

    Endpoint = Callable[[Request], Awaitable[Response]]

# Qdrant's default `max_request_size_mb`.
MAX_BODY_BYTES = 32 * 1024 * 1024
_JSON = "application/json"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


def rest_app(link: EngineLink, api_key: str | None) -> Starlette:
    """Return the ASGI application."""

    def guarded(endpoint: Endpoint) -> Endpoint:
        async def checked(request: Request) -> Response:
            if request.url.path not in OPEN_PATHS:
                reason = refusal(api_key, request.headers.get)
                if reason is not None:
                    return _error(401, reason)
            return await endpoint(request)

        return checked

    served = [
        Route(path, guarded(_forward(link, operation)), methods=[method])
        for method, path, operation in ROUTES
    ]
    health = [Route(path, _healthy, methods=["GET"]) for path in HEALTH]
    rest = Route("/{path:path}", guarded(_not_served), methods=list(_METHODS))
    return Starlette(routes=[*served, *health, rest])


def _forward(link: EngineLink, operation: str) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        head = request.path_params | {
            "operation": operation,
            "wait": request.query_params.get("wait") == "true",
        }
        try:
            body = await _read_body(request)
        except ClientDisconnect:
            return _error(400, "the client has hung up")  # for the records only
        if body is None:
            return _error(400, _too_large(request))
        try:
            answer = await link.call(Kind.REST, json.dumps(head).encode(), body)
        except EngineGoneError:
            return _error(500, "Service internal error: the engine process has ended")
        media_type = "text/plain; version=0.0.4" if operation == "metrics" else _JSON
        return Response(answer.body, answer.code, media_type=media_type)

    return endpoint


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("healthz check passed")


async def _not_served(request: Request) -> Response:
    route = f"{request.method} {request.url.path}"
    return _error(501, f"Not implemented: the embedded engine does not serve {route}")


async def _read_body(request: Request) -> bytes | None:
    """Return the request's body, or None if it is larger than allowed."""
    chunks, length = [], 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > MAX_BODY_BYTES:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(request: Request) -> str:
    length = request.headers.get("content-length", f"over {MAX_BODY_BYTES}")
    return (
        f"Payload error: JSON payload ({length} bytes) is larger than allowed"
        f" (limit: {MAX_BODY_BYTES} bytes)."
    )


def _error(status: int, message: str) -> Response:
    body = json.dumps({"status": {"error": message}, "time": 0.0}, ensure_ascii=False)
    return Response(body, status, media_type=_JSON)
