"""What is known of a text while it is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from editor import codes
from flake8_qdrant.finding import Finding
from flake8_qdrant.language_server.buffer import Buffer
from flake8_qdrant.language_server.model import problem_of
from hypothesis import given, settings
from hypothesis import strategies as st
from projects import DB, LOST, SERVICE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from editor import Editor

LINES = st.lists(
    st.sampled_from(["a = 1", "b = 2", "c = (3", "def f(:", "d = 4", ""]), min_size=1, max_size=9
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ("class Store:", "class Store"),
        ("    def find(self, text: str) -> object:", "    def find(self, text: str -> object:"),
        ("        self.client = QdrantClient()", "        self.client = QdrantClient("),
        (
            '        return self.client.query_points("docs", query=text)',
            "        return self.cli('",
        ),
    ],
)
async def test_other_files_see_what_a_broken_text_last_was(
    whole: str, broken: str, editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project(SERVICE))
    editor.open("app.py")
    editor.open("db.py")
    assert codes(await editor.pull("app.py")) == [("QDR102", 7)]
    assert whole in DB
    editor.change("db.py", DB.replace(whole, broken))
    assert [code for code, _ in codes(await editor.pull("db.py"))] == ["QDR000"]
    assert codes(await editor.pull("app.py")) == [("QDR102", 7)]
    editor.change("db.py", DB)
    assert codes(await editor.pull("db.py")) == []


@pytest.mark.asyncio(loop_scope="session")
async def test_findings_outside_the_broken_part_stay_and_move_along(
    editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project({"lost.py": LOST}))
    editor.open("lost.py")
    assert codes(await editor.pull("lost.py")) == [("QDR201", 7)]
    editor.change("lost.py", LOST.replace("async def store() -> None:", "\n\nasync def store( ->"))
    assert codes(await editor.pull("lost.py")) == [("QDR000", 8), ("QDR201", 9)]
    # A change elsewhere counts although the other part is still broken.
    away = LOST.replace("async def store() -> None:", "\n\nasync def store( ->")
    away = away.replace("    return await client.count", "    return client.count")
    away = away.replace("    client.upsert", "    await client.upsert")
    editor.change("lost.py", away.replace("import AsyncQdrantClient", "import  AsyncQdrantClient"))
    assert codes(await editor.pull("lost.py")) == [("QDR000", 8)]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_text_that_was_never_whole_is_checked_as_it_is(
    editor: Editor, project: Callable[..., Path]
) -> None:
    text = LOST + "\n\ndef f(:\n"
    editor.enter(project({"lost.py": text}))
    editor.open("lost.py")
    assert codes(await editor.pull("lost.py")) == [("QDR201", 7), ("QDR000", 14)]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = '\0'\n", "not checked: it has a NUL character"),
        ("x = '\ud83d'\n", "not checked: U+D83D stands for no character"),
        ("".join(" " * depth + "if x:\n" for depth in range(500)), "begin at more than 350 depths"),
    ],
    ids=["NUL", "surrogate", "depths"],
)
async def test_a_text_that_no_parser_takes_is_said_to_be_one(
    text: str, said: str, editor: Editor, project: Callable[..., Path]
) -> None:
    editor.enter(project({"lost.py": LOST}))
    editor.open("lost.py")
    editor.change("lost.py", LOST + text)
    (broken, *others) = sorted(await editor.pull("lost.py"), key=lambda one: str(one.code))
    assert broken.code == "QDR000"
    assert said in broken.message
    assert codes(others) == [("QDR201", 7)]


@given(LINES, LINES)
@settings(max_examples=200, deadline=None)
def test_a_reading_parses_and_keeps_every_line_in_its_place(
    before: list[str], after: list[str]
) -> None:
    buffer = Buffer(problem_of)
    first = buffer.read(before)
    reading = buffer.read(after)
    if first.problem is None or reading.problem is None:
        assert problem_of(reading.text) is None
    read = reading.text.split("\n")
    last = 0
    for number, line in enumerate(read, start=1):
        placed = reading.place(Finding("a.py", number, 1, number, 2, "QDR101", ""))
        if placed is not None:
            assert after[placed.line - 1] == line
            assert placed.line > last
            last = placed.line
        elif reading.problem is None:
            pytest.fail("every line of a whole text has its place")


def test_as_many_changes_as_parse_are_taken() -> None:
    buffer = Buffer(problem_of)
    buffer.read(["a = 1", "b = 2", "c = 3", "d = 4", "e = 5"])
    reading = buffer.read(["a = 10", "b = 2", "c = (", "d = 4", "e = 50"])
    assert reading.text == "a = 10\nb = 2\nc = 3\nd = 4\ne = 50"
    assert reading.problem is not None
    dropped = reading.place(Finding("a.py", 3, 1, 3, 2, "QDR101", ""))
    assert dropped is None
