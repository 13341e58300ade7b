"""`# noqa` comments mean to the command what they mean to flake8: held against flake8 itself."""

from __future__ import annotations

import argparse

import pytest
from flake8.checker import FileChecker
from flake8.plugins.finder import Checkers
from flake8.processor import FileProcessor
from flake8_qdrant.suppressions import Suppressions
from hypothesis import given, settings
from hypothesis import strategies as st

HEAD = (
    "from qdrant_client import QdrantClient\n\nclient = QdrantClient()\n\n\nasync def search():\n"
)


@pytest.mark.parametrize(
    ("body", "silent"),
    [
        ("    client.count('a')  # noqa\n", True),
        ("    client.count('a')  # noqa: QDR101\n", True),
        ("    client.count('a')  # noqa: QDR1\n", True),
        ("    client.count('a')  # noqa:QDR101,E501\n", True),
        ("    client.count('a')  # noqa: E501 QDR101\n", True),
        ("    client.count('a')  # NoQA: QDR101\n", True),
        ("    client.count('a')  # noqa: E501\n", False),
        ("    client.count('a')  # noqa: QDR102\n", False),
        ("    client.count('a')  # not quite noqa\n", False),
        ("    client.count('# noqa')\n", True),
        ("    client.count(  # noqa: QDR101\n        'a',\n    )\n", True),
        ("    client.count(\n        'a',\n    )  # noqa: QDR101\n", False),
        ("    client.count(\n        'a',  # noqa: QDR101\n    )\n", False),
        ('    client.count("""\n# noqa: QDR101\n""")\n', True),
        ("    x = 1; client.count('a'); y = 2  # noqa: QDR101\n", True),
        ("    client.count('a') + \\\n        1  # noqa: QDR101\n", True),
        ("    # noqa: QDR101\n    client.count('a')\n", False),
        ("    client.count('a')\n    # noqa: QDR101\n", False),
        ("    client.count('a')\n# flake8: noqa\n", True),
        ("    client.count('a')\r\n    x = 1  # noqa\r\n", False),
        ("    client.count('a')\n\f\n    x = 1  # noqa\n", False),
    ],
)
def test_the_comment_silences_its_statement(project, check, body, silent):
    project({"app.py": (HEAD + body).encode()})
    assert (check().out == "") is silent, body


OPTIONS = argparse.Namespace(
    disable_noqa=False,
    hang_closing=False,
    indent_size=4,
    max_doc_length=None,
    max_line_length=79,
    verbose=0,
)
PIECES = st.sampled_from(
    ["x = 1", "f(", ")", '"""', "'a'", "# noqa", "# noqa: QDR101", "# noqa:E1", "# flake8: noqa",
     "\\", "\n", "\n    ", "if x:", ";", " ", "\f", "\r\n", "f'{", "}'", "é", "\u2028", "\ufeff"]
)  # fmt: skip


def silenced_by_flake8(path, text: str, line: int) -> bool:
    """Have flake8 itself read a file and report QDR101 on a line."""
    path.write_bytes(text.encode())
    checker = FileChecker(filename=str(path), plugins=Checkers([], [], []), options=OPTIONS)
    if not checker.should_process:
        return True
    checker.report("QDR101", line, 1, "message")
    ((code, number, column, message, physical),) = checker.results
    from flake8.violation import Violation  # noqa: PLC0415 - beside what it is made for

    violation = Violation(code, str(path), number, column, message, physical)
    return violation.is_inline_ignored(disable_noqa=False)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_text_gives_flake8s_verdict_on_every_line(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("noqa") / "app.py"
    ours = Suppressions(text)
    for line in range(
        1, len(FileProcessor("-", OPTIONS, text.splitlines(keepends=True)).lines) + 1
    ):
        found = ours.silence("QDR101", line)
        try:
            wanted = silenced_by_flake8(path, text, line)
        except SystemError:  # flake8 breaks off: the tokenizer of Python 3.13.0
            wanted = found
        assert found == wanted, line
