"""QDR101 in plain functions that a framework calls on its loop; no case can run these."""

from __future__ import annotations

import pytest

PROGRAM = """\
import chainlit
import litestar
import socketio
import strawberry
from fastapi import FastAPI
from fastmcp import FastMCP as Other
from litestar import get
from mcp.server.fastmcp import FastMCP
from qdrant_client import QdrantClient
from sanic import Blueprint, Sanic

client = QdrantClient(url="http://vectors:6333")
sockets = socketio.AsyncServer()
mcp, other, web, pages, app = FastMCP("a"), Other("a"), Sanic("a"), Blueprint("b"), FastAPI()


def names():
    return client.get_collections()


{decorator}
def size():
    {line}
"""


@pytest.fixture
def codes(project, check):
    def run(decorator: str, line: str = "return client.count('docs').count") -> list[str]:
        project({"app.py": PROGRAM.format(decorator=decorator, line=line)})
        return [found.split()[1] for found in check().lines]

    return run


@pytest.mark.parametrize(
    "decorator",
    [
        "@mcp.tool()",
        '@mcp.tool(name="size")',
        '@mcp.resource("a://b")',
        '@web.get("/size")',
        '@pages.route("/size")',
        '@get("/size", sync_to_thread=False)',
        '@litestar.post("/size", sync_to_thread=False)',
        "@web.on_request",
        '@web.listener("before_server_start")',
        "@chainlit.on_message",
        '@sockets.on("size")',
        "@strawberry.field",
        '@strawberry.mutation(description="a")',
    ],
)
def test_it_runs_on_the_loop(codes, decorator):
    assert codes(decorator) == ["QDR101"]
    assert codes(decorator, "return names()") == ["QDR102"]


@pytest.mark.parametrize(
    "decorator",
    [
        "@other.tool()",
        '@app.get("/size")',
        '@get("/size", sync_to_thread=True)',
        '@get("/size")',
        "@staticmethod",
    ],
)
def test_it_runs_in_a_thread_or_nobody_knows(codes, decorator):
    assert codes(decorator) == []


CLASSES = """\
import asyncio

import strawberry
import tornado.web
from mcp.server.fastmcp import FastMCP
from qdrant_client import QdrantClient

client, mcp = QdrantClient(url="http://vectors:6333"), FastMCP("a")


class Receiving(asyncio.Protocol):
    def data_received(self, data):
        client.count("docs")

    def helper(self):
        client.count("docs")


class Page(tornado.web.RequestHandler):
    def get(self):
        client.count("docs")


def size():
    client.count("docs")


def resolved():
    client.count("docs")


def called():
    client.count("docs")


mcp.add_tool(size)
field = strawberry.field(resolver=resolved)
"""


def test_methods_and_functions_that_a_framework_calls_run_on_the_loop(project, check):
    project({"app.py": CLASSES})
    assert [line.split(":")[1] for line in check().lines] == ["13", "21", "25", "29"]


def test_a_schema_that_plain_views_serve_has_no_loop(project, check):
    served = f"{CLASSES}\nfrom strawberry.flask.views import GraphQLView\n"
    project({"app.py": served})
    assert [line.split(":")[1] for line in check().lines] == ["13", "21", "25"]
