"""Quart keeps a client in its settings and on `g`, aiohttp in the items of application and request."""

from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from qdrant_client import QdrantClient
from quart import Quart, current_app, g

NAME = "shelf"
quart = Quart(__name__)
quart.config.update(QDRANT=QdrantClient(url="http://localhost:6333"))


@quart.before_request
async def share() -> None:
    g.qdrant = current_app.config["QDRANT"]


@quart.get("/size")
async def size() -> str:
    return str(g.get("qdrant").count("docs").count)  # error: QDR101


@web.middleware
async def sharing(request: web.Request, handler) -> web.StreamResponse:
    request["qdrant"] = request.app.get(NAME)
    return await handler(request)


async def shelf_size(request: web.Request) -> web.Response:
    return web.json_response(request["qdrant"].count("docs").count)  # error: QDR101


async def main() -> None:
    response = await quart.test_client().get("/size")
    assert await response.get_data() == b"2"
    application = web.Application()
    application[NAME] = QdrantClient(url="http://localhost:6333")
    request = make_mocked_request("GET", "/", app=application)
    await sharing(request, shelf_size)
