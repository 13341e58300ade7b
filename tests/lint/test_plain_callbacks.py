"""QDR101 in plain functions that a framework calls on its loop; no case can run these."""

from __future__ import annotations

import pytest

PROGRAM = """\
import litestar
from fastapi import FastAPI
from fastmcp import FastMCP as Other
from litestar import get
from mcp.server.fastmcp import FastMCP
from qdrant_client import QdrantClient
from sanic import Blueprint, Sanic

client = QdrantClient(url="http://vectors:6333")
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
