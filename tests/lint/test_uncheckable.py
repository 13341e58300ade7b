"""Files that are no Python: one clear finding, and the others are checked all the same."""

from __future__ import annotations

import sys

import pytest
from doors import BLOCKING
from flake8_qdrant.facts import text as syntax_text

IMPORT = "from qdrant_client import QdrantClient\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (IMPORT + "def f(:\n", ":2:7: QDR000 syntax error: "),
        (IMPORT + "x = (1\n", ":2:5: QDR000 syntax error: '(' was never closed"),
        (IMPORT + "def f():\nx = 1\n", ":3:1: QDR000 syntax error: expected an indented block"),
        (IMPORT + "print 'x'\n", ":2:1: QDR000 syntax error: Missing parentheses"),
        (IMPORT + "x = 1\0\n", ":2:1: QDR000 not checked: it has a NUL byte"),
        (
            IMPORT.encode() * 3 + b"'\xe9'\n",
            ":4:1: QDR000 not checked: byte 0xe9 is not valid utf-8",
        ),
        (b"'\xe9'\n" + IMPORT.encode(), ":1:1: QDR000 not checked: byte 0xe9 is not valid utf-8"),
        (
            b"# coding: ascii\n" + IMPORT.encode() + b"# \xe9\n",
            ":3:1: QDR000 not checked: byte 0xe9",
        ),
        (b"# coding: klingon\n" + IMPORT.encode(), ":1:1: QDR000 not checked: unknown encoding"),
        (b"\xef\xbb\xbf# coding: latin-1\n" + IMPORT.encode(), ":1:1: QDR000 not checked: "),
        (b"# coding: hex\n" + IMPORT.encode(), ":1:1: QDR000 not checked: "),
        (b"\x7fELF\x02" + IMPORT.encode() + b"\0" * 9, ":2:1: QDR000 not checked: it has a NUL"),
    ],
)
def test_is_reported_and_the_rest_is_checked(project, check, content, message):
    project({"app.py": BLOCKING, "broken.py": content})
    ran = check("app.py", "broken.py")
    assert (ran.code, ran.err) == (1, "")
    assert ran.lines[0].startswith("app.py:7:5: QDR101")
    assert ran.lines[1].startswith(f"broken.py{message}"), ran.lines[1]
    assert len(ran.lines) == 2


def test_the_rest_of_a_file_with_a_syntax_error_is_checked(project, check):
    project({"app.py": BLOCKING + "\n\ndef broken(:\n"})
    assert [line.split()[1] for line in check().lines] == ["QDR101", "QDR000"]


def test_a_huge_file_is_not_parsed(project, check, monkeypatch):
    monkeypatch.setattr(syntax_text, "MAX_BYTES", 1000)
    project({"app.py": BLOCKING + "#" * 1000})
    assert check().out == "app.py:1:1: QDR000 not checked: it has more than 1,000 bytes\n"


@pytest.mark.parametrize(
    "content",
    [
        BLOCKING,
        "\ufeff" + BLOCKING,
        BLOCKING.replace("\n", "\r\n"),
        BLOCKING.replace("\n", "\r"),
        BLOCKING.replace("\n\n\n", "\n\f\n\n", 1),
        BLOCKING.rstrip("\n"),
        BLOCKING.replace('"docs"', '"💥"'),
    ],
    ids=["plain", "mark", "crlf", "cr", "feed", "no end", "astral"],
)
def test_every_way_to_write_a_file_gives_the_same_place(project, check, content):
    project({"app.py": content})
    ran = check()
    assert ran.out.startswith("app.py:7:5: QDR101"), ran.out
    assert len(ran.lines) == 1


def test_a_declared_encoding_is_used(project, check):
    project({"app.py": b"# coding: latin-1 \xe9\n" + BLOCKING.encode()})
    assert check().out.startswith("app.py:8:5: QDR101")


@pytest.mark.parametrize("content", ["", "\n", "# nothing\n", "\f", "\ufeff", "    "])
def test_nothing_is_found_in_nothing(project, check, content):
    project({"app.py": content})
    assert (check("app.py").code, check("app.py").out) == (0, "")


NEWER = {
    "type parameters": """\
class Store[T]:
    def f[U: int](self, x: U) -> T: ...

type A[T] = T
""",
    "match": """\
match x:
    case {'a': [1, *rest], **more} if rest: pass
    case A(b=c) | None: pass
""",
    "except star": """\
try:
    pass
except* (ValueError, TypeError) as group:
    pass
""",
    "nested f-strings": """x = f"{f'{f"{1}"}'!r:>{2}}"\n""",
    "template strings": """t = t"{x!r:>{width}} {y=}"\n""",
    "walrus": "if (n := 1) and [y := 2, y**n]: pass\n",
    "star in index": "x[*a, 1] = 2\n",
    "positional only": "def f(a, /, b, *, c=lambda x, /, *y: x): ...\n",
    "parenthesised with": "with (open('a') as a, open('b') as b,): pass\n",
}


@pytest.mark.parametrize("name", NEWER)
def test_new_syntax_hides_no_finding(project, check, name):
    project({"app.py": NEWER[name] + BLOCKING})
    findings = [line for line in check().lines if " QDR000 " not in line]
    assert len(findings) == 1, findings
    assert " QDR101 " in findings[0]


def test_the_syntax_of_this_python_is_no_error(project, check):
    project({"app.py": NEWER["match"] + NEWER["walrus"] + BLOCKING})
    assert "QDR000" not in check().out
    assert sys.version_info >= (3, 10)
