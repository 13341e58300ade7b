"""The calls of a file are those of which something may come."""

from __future__ import annotations

from pathlib import Path

import pytest
from flake8_qdrant.facts.source import Source, called_name


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("print(len(x), f(y))", ["f"]),
        ("def g():\n    raise ValueError(str(f()))", ["f"]),
        ("list(map(f, x))", ["list", "map"]),
        ("x.print(1)", ["print"]),
        ("def len(x): ...\nclass A:\n    def f(self):\n        len(g())", ["len", "g"]),
        ("from m import say as print\nprint(1)", ["print"]),
        ("from m import *\nprint(f())", ["print", "f"]),
        ("def g(print):\n    print(1)", ["print"]),
    ],
)
def test_calls_of_builtins_that_call_nothing_are_left_out(text: str, calls: list[str]) -> None:
    source = Source(Path("app.py"), text)
    found = sorted((call for one in source.scopes for call in one.calls), key=lambda one: one.start)
    assert [called_name(call) for call in found] == calls
