"""Coroutines that are made by a thread, or handed to something that is not awaited itself."""

from __future__ import annotations

import pytest

PROGRAM = """\
import asyncio
from functools import partial
from qdrant_client import AsyncQdrantClient, QdrantClient

client, sync = AsyncQdrantClient(url="http://q:6333"), QdrantClient(url="http://q:6333")


async def run(name, other):
    loop = asyncio.get_running_loop()
    {line}
"""


@pytest.fixture
def codes(project, check):
    def run(line: str) -> list[str]:
        project({"app.py": PROGRAM.format(line=line)})
        return [found.split()[1] for found in check().lines]

    return run


@pytest.mark.parametrize(
    "line",
    [
        "await asyncio.to_thread(client.delete_collection, name)",
        "await asyncio.to_thread(lambda: client.delete_collection(name))",
        "await asyncio.to_thread(partial(client.delete_collection, name))",
        "await loop.run_in_executor(None, client.delete_collection, name)",
        "asyncio.wait_for(client.delete_collection(name), 3)",
        "asyncio.wait([client.delete_collection(name)])",
        "job = asyncio.wait_for(client.delete_collection(name), timeout=3)",
        "asyncio.to_thread(sync.delete_collection, name)",
        "loop.run_in_executor(None, client.delete_collection, name)",
        "loop.call_soon(client.delete_collection, name)",
        "{one: client.delete_collection(one) for one in other}",
    ],
)
def test_nobody_awaits_it(codes, line):
    assert codes(line) == ["QDR201"]


@pytest.mark.parametrize(
    "line",
    [
        "return '-'.join([client.count(name)])",
        "return __import__('json') and json.dumps({'size': client.count(name)})",
    ],
)
def test_a_text_is_made_of_it(codes, line):
    assert codes(f"import json; {line}") == ["QDR202"]


def test_that_it_is_used_as_the_result_is_the_same_mistake(codes):
    assert codes("return (await asyncio.to_thread(client.count, name)).count") == ["QDR201"]


@pytest.mark.parametrize(
    "line",
    [
        "await (await asyncio.to_thread(client.delete_collection, name))",
        "await asyncio.to_thread(sync.delete_collection, name)",
        "await asyncio.wait_for(client.delete_collection(name), 3)",
        "return asyncio.wait_for(client.delete_collection(name), 3)",
        "asyncio.wait_for(other(), 3)",
        "job = asyncio.wait_for(client.count(name), 3); await job",
        "asyncio.create_task(asyncio.wait_for(client.count(name), 3))",
        "asyncio.shield(client.count(name))",
        "await asyncio.to_thread(asyncio.run, client.count(name))",
    ],
)
def test_it_is_awaited_or_not_certain(codes, line):
    assert codes(line) == []


@pytest.mark.parametrize(
    "call", ["json.dumps({})", "dumps({})", "math.sqrt({})", "self.log.info({})"]
)
def test_the_standard_library_awaits_nothing(codes, call):
    imports = "import json, math; from json import dumps; self = other; "
    assert codes(imports + call.format("client.count(name)")) == ["QDR202"]
