"""Repairs: from a finding and its text to edits, and what the text is then."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.finding import Finding
from flake8_qdrant.fixes import applied, fix_of
from flake8_qdrant.fixes.silence import silence
from flake8_qdrant.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doors import Ran

HEAD = "from qdrant_client import AsyncQdrantClient\n\nclient = AsyncQdrantClient()\n\n\n"


def finding(text: str, call: str, code: str, cell: int | None = None) -> Finding:
    """Return a finding at the only place where a text has a call."""
    assert text.count(call) == 1
    before = text[: text.index(call)].split("\n")
    through = text[: text.index(call) + len(call)].split("\n")
    begin, end = (len(before), len(before[-1]) + 1), (len(through), len(through[-1]) + 1)
    return Finding("a.py", *begin, *end, code, "", cell=cell)


@pytest.mark.parametrize(
    ("before", "call", "code", "after"),
    [
        ("c.upsert()\n", "c.upsert()", "QDR201", "await c.upsert()\n"),
        ("x = 1; c.a(\n  1)  # why\n", "c.a(\n  1)", "QDR201", "x = 1; await c.a(\n  1)  # why\n"),
        ("'🙂'; c.a()\n", "c.a()", "QDR201", "'🙂'; await c.a()\n"),
        ("c.a()\n", "c.a()", "QDR502", "await c.a()\n"),
        ("await c.a()\n", "c.a()", "QDR203", "c.a()\n"),
        ("x = (await (c.a()))\n", "c.a()", "QDR203", "x = ((c.a()))\n"),
        ("x = (await\n  c.a())\n", "c.a()", "QDR203", "x = (c.a())\n"),
    ],
)
def test_a_repair_changes_the_call_and_nothing_else(
    before: str, call: str, code: str, after: str
) -> None:
    function = "async def f():\n    "
    text = function + before
    fix = fix_of(text, finding(text, call, code))
    assert fix is not None
    mended = applied(text, fix.edits)
    assert mended == function + after
    ast.parse(mended)


@pytest.mark.parametrize(
    ("text", "call", "code"),
    [
        ("def f():\n    c.a()\n", "c.a()", "QDR201"),
        ("async def f():\n    x = c.a()\n", "c.a()", "QDR201"),
        ("async def f():\n    c.a(), c.b()\n", "c.a()", "QDR201"),
        ("async def f():\n    (c.a())\n", "c.a()", "QDR201"),
        ("async def f():\n    lambda: c.a()\n", "c.a()", "QDR201"),
        ("async def f():\n    def g():\n        c.a()\n", "c.a()", "QDR201"),
        ("async def f():\n    class G:\n        c.a()\n", "c.a()", "QDR201"),
        ("c.a()\n", "c.a()", "QDR201"),
        ("async def f():\n    c.a()\n", "c.a", "QDR201"),
        ("async def f():\n    c.a()\n", "c.a()", "QDR101"),
        ("async def f():\n    (await  # why\n     c.a())\n", "c.a()", "QDR203"),
        ("async def f():\n    c.a()\n", "c.a()", "QDR203"),
    ],
)
def test_what_is_not_certain_is_not_repaired(text: str, call: str, code: str) -> None:
    assert fix_of(text, finding(text, call, code)) is None


def test_a_notebooks_cell_may_await_at_its_top() -> None:
    text = "c.a()"
    fix = fix_of(text, finding(text, text, "QDR201", cell=3))
    assert fix is not None
    assert applied(text, fix.edits) == "await c.a()"


def test_a_repaired_program_has_no_finding(
    project: Callable[..., Path], check: Callable[..., Ran]
) -> None:
    text = HEAD + "async def f():\n    client.delete_collection('docs')\n"
    folder = project({"a.py": text})
    assert "QDR201" in check().out
    fix = fix_of(text, finding(text, "client.delete_collection('docs')", "QDR201"))
    assert fix is not None
    (folder / "a.py").write_text(applied(text, fix.edits))
    assert check().out == ""


@pytest.mark.parametrize(
    ("before", "call", "after"),
    [
        ("c.a()\n", "c.a()", "c.a()  # noqa: QDR101 - say why\n"),
        ("c.a()   \n", "c.a()", "c.a()  # noqa: QDR101 - say why\n"),
        ("c.a()  # why\n", "c.a()", "c.a()  # why  # noqa: QDR101 - say why\n"),
        ("c.a()  # noqa: E501\n", "c.a()", "c.a()  # noqa: E501, QDR101\n"),
        ("c.a()  # noqa: E501,W1 - so\n", "c.a()", "c.a()  # noqa: E501,W1, QDR101 - so\n"),
        ("c.a('''\nx''')\n", "c.a('''\nx''')", "c.a('''\nx''')  # noqa: QDR101 - say why\n"),
        ("c.a(\n  1)\n", "c.a(\n  1)", "c.a(  # noqa: QDR101 - say why\n  1)\n"),
        ("c.\\\n  a()\n", "c.\\\n  a()", "c.\\\n  a()  # noqa: QDR101 - say why\n"),
    ],
)
def test_a_finding_is_silenced_where_flake8_looks(before: str, call: str, after: str) -> None:
    found = finding(before, call, "QDR101")
    fix = silence(before, found)
    assert fix is not None
    mended = applied(before, fix.edits)
    assert mended == after
    assert Suppressions(mended).silence("QDR101", found.line)
    assert ast.dump(ast.parse(mended)) == ast.dump(ast.parse(before))
