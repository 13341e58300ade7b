"""What the lifespan yields, and what a middleware adds, is found on the state of each request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from qdrant_client import QdrantClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[dict[str, QdrantClient]]:
    yield {"qdrant": QdrantClient(url="http://localhost:6333")}


class Sharing(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        request.scope["shelf"] = request.state.qdrant
        return await call_next(request)


async def size(request: Request) -> JSONResponse:
    return JSONResponse(request.state.qdrant.count("docs").count)  # error: QDR101


async def shelf_size(request) -> JSONResponse:
    return JSONResponse(request.scope["shelf"].count("docs").count)  # error: QDR101


routes = [Route("/size", size), Route("/shelf", shelf_size)]
app = Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(Sharing)])


async def main() -> None:
    async with lifespan(app) as state:
        transport = httpx.ASGITransport(app=lambda s, r, w: app(s | {"state": dict(state)}, r, w))
        async with httpx.AsyncClient(transport=transport, base_url="http://s") as http:
            assert (await http.get("/size")).json() == (await http.get("/shelf")).json() == 2
