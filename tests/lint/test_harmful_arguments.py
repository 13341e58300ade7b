"""QDR404: what a table says of an argument, in a release, with a client, before another call."""

from __future__ import annotations

import pytest
from flake8_qdrant.libraries.loader import load_tables
from flake8_qdrant.libraries.model import TableError

PROGRAM = """\
from qdrant_client import AsyncQdrantClient, QdrantClient

client = AsyncQdrantClient(url="http://q:6333"{options})


async def run():
    {line}
"""


@pytest.fixture
def advice(project, check):
    def run(line: str = "pass", options: str = "", pinned: str = "") -> list[str]:
        pins = f"qdrant-client=={pinned}\n" if pinned else ""
        source = PROGRAM.format(line=line, options=options)
        project({"app.py": source, "requirements.txt": pins})
        return check("--select", "QDR404").lines

    return run


@pytest.mark.parametrize("line", ["await client.count('a', timeout=3)", "pass"])
def test_whole_seconds_and_defaults_are_fine(advice, line):
    assert advice(line, ", timeout=5, http2=False", "1.20.0") == []


def test_what_a_dictionary_passes_counts(advice):
    (line,) = advice(options=", **{'http2': True}")
    assert line.startswith("app.py:3:49: QDR404 `http2=True` sends the requests")


def test_a_constant_of_a_class_counts(project, check):
    source = """\
from qdrant_client import AsyncQdrantClient

client = AsyncQdrantClient(url="http://q:6333")


class Books:
    PATIENCE = 0.5

    async def size(self):
        return await client.count("a", timeout=self.PATIENCE)
"""
    project({"app.py": source})
    (line,) = check("--select", "QDR404").lines
    assert line.startswith("app.py:10:40: QDR404 `timeout=self.PATIENCE`")


def test_http2_is_told_with_its_figure(advice):
    (line,) = advice(options=", http2=True")
    assert line.startswith("app.py:3:49: QDR404 `http2=True` sends the requests")
    assert "44 ms instead of 1" in line
    assert line.endswith(": leave it out")


@pytest.mark.parametrize(
    ("line", "options", "pinned", "told"),
    [
        ("pass", ", timeout=0.5", "1.20.0", "is rounded up to whole seconds"),
        ("await client.count('a', timeout=0.5)", "", "1.20.0", "raise ValueError"),
        ("await client.count('a', timeout=0.5)", "", "1.18.0", "does not reach the HTTP client"),
        ("await client.count('a', timeout=3)", "", "1.19.0", "does not reach the HTTP client"),
        ("await client.count('a', timeout=seconds)", "", "1.19.0", "does not reach"),
    ],
)
def test_a_timeout_is_told_for_the_release(advice, line, options, pinned, told):
    (found,) = advice(line, options, pinned)
    assert told in found


@pytest.mark.parametrize(
    ("line", "options", "pinned"),
    [
        ("await client.count('a', timeout=3)", "", "1.19.1"),
        ("await client.count('a', timeout=None)", "", "1.19.0"),
        ("await client.count('a', timeout=3)", ", prefer_grpc=True", "1.19.0"),
        ("await client.count('a', timeout=3)", ", prefer_grpc=settings.grpc", "1.19.0"),
        ("await client.count('a', timeout=3)", ", **options", "1.19.0"),
        ("await client.count('a', timeout=seconds)", "", "1.20.0"),
        ("await client.count('a', timeout=1.0)", "", "1.20.0"),
        ("QdrantClient('http://q:6333').count('a', timeout=3)", "", "1.19.0"),
        ("pass", ", http2=settings.http2", ""),
    ],
)
def test_what_is_not_certain_is_silent(advice, line, options, pinned):
    assert advice(line, options, pinned) == []


UPSERT = "await client.upsert('a', points=[], wait=False)"


@pytest.mark.parametrize(
    "after",
    [
        "await client.retrieve('a', ids=[1])",
        "await client.scroll(collection_name='a')",
        "if found: return await client.query_points('a', query=[1.0])",
    ],
)
def test_a_read_below_a_write_that_is_not_waited_for(advice, after):
    (line,) = advice(f"{UPSERT}\n    {after}")
    assert ":7:" in line


@pytest.mark.parametrize(
    "after",
    [
        "await client.retrieve('b', ids=[1])",
        "await other.retrieve('a', ids=[1])",
        "await asyncio.sleep(1)\n    await client.retrieve('a', ids=[1])",
        "await client.upsert('a', points=[])\n    await client.retrieve('a', ids=[1])",
        "async def later():\n        await client.retrieve('a', ids=[1])",
    ],
)
def test_no_read_of_the_same_points(advice, after):
    assert advice(f"{UPSERT}\n    {after}") == []


def test_a_read_in_the_other_branch_is_none_below(advice):
    read = "await client.retrieve('a', ids=[1])"
    assert advice(f"if new:\n        {UPSERT}\n    else:\n        {read}") == []


def test_a_call_of_either_client_counts(advice):
    line = "c = client if flag else QdrantClient()\n    c.count('a', timeout=0.5)"
    assert len(advice(line, "", "1.20.0")) == 1


def test_it_is_advice(project, check):
    project({"app.py": PROGRAM.format(line="pass", options=", http2=True")})
    assert check().out == ""
    assert "QDR404" in check("--extend-select", "QDR4").out


@pytest.mark.parametrize(
    ("pitfall", "told"),
    [
        ({"argument": "a", "harm": "h"}, "pitfalls.slow.remedy: is missing"),
        ({"argument": "a", "harm": "h", "remedy": "r"}, "pitfalls.slow.calls: is missing"),
        (
            {"argument": "a", "harm": "h", "remedy": "r", "calls": ["shop.f"], "releases": "1"},
            "pitfalls.slow.releases: '1' is unknown; allowed: >=1.2, <2 or both",
        ),
    ],
)
def test_a_mistake_in_a_table_is_named(pitfall, told):
    with pytest.raises(TableError) as raised:
        load_tables({"shop": {"distribution": "shop", "pitfalls": {"slow": pitfall}}})
    assert told in str(raised.value)


def test_what_our_table_names_is_there():
    tables = load_tables()
    for document in tables.documents():
        for pitfall in document.pitfalls:
            for call in pitfall.calls:
                owner, _, method = call.rpartition(".")
                info = tables.class_at(owner)
                assert info is not None
                assert method == "*" or info.member(method) is not None, call
            for method in pitfall.followed_by:
                assert info.member(method) is not None, method
