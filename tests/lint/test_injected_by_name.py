"""What Litestar injects by the name of a parameter, which no case can run."""

from __future__ import annotations

import pytest

PROGRAM = """\
from typing import Any
from litestar import Controller, Litestar, Router, get
from litestar.di import Provide
from qdrant_client import AsyncQdrantClient, QdrantClient

class Store:
    def __init__(self, client: QdrantClient) -> None:
        self.client = client
    def names(self):
        return self.client.get_collections()

def give_client():
    return QdrantClient(url="http://q")
async def give_awaited():
    return AsyncQdrantClient(url="http://q")
def give_entered():
    yield QdrantClient(url="http://q")
def give_store(client: QdrantClient) -> Store:
    return Store(client)

{head}
async def names({parameter}):
    {line}

app = Litestar([names], dependencies={{
    "client": Provide(give_client, sync_to_thread=False),
    "awaited": Provide(give_awaited),
    "store": Provide(give_store),
    "entered": Provide(give_entered),
}})
"""


@pytest.fixture
def codes(project, check):
    def run(parameter: str, line: str, head: str = '@get("/names")') -> list[str]:
        project({"app.py": PROGRAM.format(parameter=parameter, line=line, head=head)})
        return [found.split()[1] for found in check().lines]

    return run


@pytest.mark.parametrize(
    ("parameter", "line", "found"),
    [
        ("client", "client.get_collections()", ["QDR101"]),
        ("client: Any", "client.get_collections()", ["QDR101"]),
        ("entered", "entered.get_collections()", ["QDR101"]),
        ("awaited", "await awaited.get_collections()", []),
        ("awaited", "awaited.get_collections()", ["QDR201"]),
        ("store", "store.names()", ["QDR102"]),
        ("other", "other.get_collections()", []),
    ],
)
def test_a_handler_gets_it(codes, parameter, line, found):
    assert codes(parameter, line) == found


@pytest.mark.parametrize("head", ["@staticmethod", ""])
def test_another_function_does_not(codes, head):
    assert codes("client", "client.get_collections()", head) == []
