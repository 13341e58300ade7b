"""QDR106: clients that certainly have no server, outside of tests."""

from __future__ import annotations

import pytest

PROGRAM = """\
import os
from qdrant_client import AsyncQdrantClient, QdrantClient

client = {client}


async def run():
    {call}
"""


@pytest.fixture
def codes(project, check):
    def run(client: str, call: str, file: str = "app.py") -> list[str]:
        project({file: PROGRAM.format(client=client, call=call)})
        return [line.split()[1] for line in check(".").lines]

    return run


LOCAL = ['":memory:"', 'location=":memory:"', 'path="/data"', 'path="a" "b"']
AWAITED, PLAIN = "await client.count('a')", "client.count('a')"


@pytest.mark.parametrize("options", LOCAL)
@pytest.mark.parametrize(("cls", "call"), [("AsyncQdrantClient", AWAITED), ("QdrantClient", PLAIN)])
def test_either_client_works_on_the_loop(codes, cls, call, options):
    assert codes(f"{cls}({options})", call) == ["QDR106"]


@pytest.mark.parametrize("file", ["tests/app.py", "test_app.py", "conftest.py"])
@pytest.mark.parametrize(("cls", "call"), [("AsyncQdrantClient", AWAITED), ("QdrantClient", PLAIN)])
def test_a_test_may_do_without_a_server(codes, cls, call, file):
    assert codes(f'{cls}(":memory:")', call, file) == []


@pytest.mark.parametrize("options", ['path=os.getenv("P")', 'url="http://q"', "", "path=None"])
def test_what_may_be_a_server_is_taken_for_one(codes, options):
    assert codes(f"AsyncQdrantClient({options})", AWAITED) == []
    assert codes(f"QdrantClient({options})", PLAIN) == ["QDR101"]


def test_one_of_two_places_with_a_server_is_not_certain(codes):
    client = (
        'AsyncQdrantClient(":memory:") if os.getenv("T") else AsyncQdrantClient(url="http://q")'
    )
    assert codes(client, AWAITED) == []


def test_a_lost_coroutine_searches_nothing(codes):
    assert codes('AsyncQdrantClient(":memory:")', PLAIN) == ["QDR201"]


def test_a_thread_does_the_work(codes):
    call = "await asyncio.to_thread(client.count, 'a')"
    assert codes('QdrantClient(":memory:")', f"import asyncio; {call}") == []


STORE = """\
from qdrant_client import QdrantClient


class Store:
    def __init__(self, client: QdrantClient | None = None) -> None:
        self.client = client or QdrantClient(url="http://localhost:6333")
        self.ready = self.names()

    def names(self) -> object:
        return self.client.get_collections()
"""
TEST = """\
import pytest
from qdrant_client import QdrantClient
from store import Store


@pytest.fixture
def client() -> QdrantClient:
    return QdrantClient({client})


@pytest.fixture
def store(client):
    yield Store(client)


def small_store() -> Store:
    return Store(QdrantClient({client}))


class TestStore:
    def setup_method(self) -> None:
        self.store = Store(client=QdrantClient({client}))

    async def test_names(self) -> None:
        self.store.names()


async def test_fixtures(client, store):
    client.count("docs")
    store.names()
    store.client.count("docs")


async def test_here():
    client = QdrantClient({client})
    Store(client).names()
    small_store().names()
"""
IN_A_STORE = ["25", "29", "30", "31", "36", "36", "37", "37"]


@pytest.mark.parametrize(
    ("client", "lines"),
    [
        *(pytest.param(one, [], id=one) for one in ['":memory:"', 'path=str("data")']),
        pytest.param('"http://q"', IN_A_STORE, id="server"),
        pytest.param("path=None", IN_A_STORE, id="no path"),
    ],
)
def test_what_a_test_makes_around_a_client_without_a_server_waits_for_nothing(
    project, check, client, lines
):
    project({"store.py": STORE, "test_store.py": TEST.format(client=client)})
    assert [line.split(":")[1] for line in check(".").lines] == lines
