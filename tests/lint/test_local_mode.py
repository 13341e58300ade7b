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
