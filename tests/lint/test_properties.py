"""What holds for every program: plain code is silent, order does not matter, no text is fatal."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from flake8_qdrant.facts.scopes import ScopeKind
from flake8_qdrant.facts.source import Source
from flake8_qdrant.project import open_project
from flake8_qdrant.settings import Settings
from harness import Case, all_cases
from harness.to_sync import to_sync
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASES = list(all_cases())
SINGLE = [case for case in CASES if len(case.files) == 1]
ABOUT_ASYNC = ("QDR1", "QDR2", "QDR5")
"""The rules that speak of coroutines; the others also speak of loops and of clients' lives."""


def checked(
    files: dict[str, str], order: list[str] | None = None
) -> dict[str, list[tuple[int, str]]]:
    """Check files that exist only in memory, in the given order."""
    root = "/project"
    texts = {f"{root}/{name}": text for name, text in files.items()}
    checker = open_project(root, texts, Settings(), texts)
    return {
        name: [(one.line, one.code) for one in checker.check(f"{root}/{name}", noqa=False)]
        for name in order or sorted(files)
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_program_rewritten_to_plain_code_has_no_finding_about_async(case: Case) -> None:
    if not case.runs_here:
        pytest.skip("its syntax is newer than this Python")
    files = {
        file.relative_to(case.root).as_posix(): to_sync(file.read_text("utf-8"))
        for file in case.files
    }

    found = checked(files)

    assert not [one for lines in found.values() for one in lines if one[1].startswith(ABOUT_ASYNC)]


def test_findings_do_not_depend_on_the_order_in_which_files_are_checked() -> None:
    files = {
        f"{case.id.replace('/', '_')}.py": case.entry.read_text("utf-8") for case in SINGLE[::3]
    }
    names = sorted(files)
    expected = checked(files, names)

    for seed in range(3):
        shuffled = random.Random(seed).sample(names, len(names))
        assert checked(files, shuffled) == expected


TEXTS = [case.entry.read_text("utf-8") for case in SINGLE]
SNIPPETS = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    '"',
    "'",
    '"""',
    "\\",
    "\n",
    "\t",
    " ",
    "\f",
    "\r\n",
    "#",
]
SNIPPETS += [
    "async ",
    "await ",
    "lambda: ",
    "def f(",
    "class C(",
    "match x:\n",
    "except* E:\n",
    "*",
    "**",
]
SNIPPETS += [
    "client",
    "client.upsert(",
    "f'{",
    "t'{x}'",
    "type X[T] = ",
    ":=",
    "global client\n",
    "é",
    "\U0001d54f",
]


@st.composite
def broken_programs(draw: st.DrawFn) -> str:
    """A case's program with some of its text removed, moved or replaced."""
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + draw(st.sampled_from(["", *SNIPPETS, text[:end][-20:]])) + text[end:]
    return text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(broken_programs())
def test_no_edit_of_a_program_stops_the_linter(text: str) -> None:
    for line, code in checked({"program.py": text})["program.py"]:
        assert 1 <= line <= text.count("\n") + 1
        assert code.startswith("QDR")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_is_read(text: str) -> None:
    source = Source(Path("any.py"), text)

    assert source.module.kind is ScopeKind.MODULE


@pytest.mark.parametrize(
    "text",
    [
        "import qdrant_client\nx = " + "(" * 10_000 + ")" * 10_000,
        "import qdrant_client\nx = a" + ".b" * 5_000,
        "import qdrant_client\nx = a" + " + a" * 10_000,
        "import qdrant_client\nx = " + "not " * 5_000 + "a",
        "import qdrant_client\n"
        + "".join(f"{' ' * n}def f{n}():\n" for n in range(400))
        + " " * 400
        + "f0()",
        "import qdrant_client\nx = [" + "1, " * 500_000 + "]",
        "import qdrant_client\nx = f'{" * 200 + "y" + "}'" * 200,
    ],
    ids=["parentheses", "attributes", "operators", "nots", "functions", "literal", "f-strings"],
)
def test_deep_and_large_programs_end(text: str) -> None:
    assert {code for _, code in checked({"deep.py": text})["deep.py"]} <= {"QDR000"}
