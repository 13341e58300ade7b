"""Nothing takes time with the square of what there is: counted in calls, not in seconds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from flake8_qdrant.project import open_project
from flake8_qdrant.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENT = "from qdrant_client import QdrantClient\n"
BODY = f"{CLIENT}async def f(a):\n    c = QdrantClient('x')\n"


def operands(count: int) -> dict[str, str]:
    return {"a.py": f"{BODY}    return " + " + ".join(["c.count('x')"] * count) + "\n"}


def chained(count: int) -> dict[str, str]:
    return {"a.py": f"{BODY}    return c" + ".count()" * count + "\n"}


def one_variable(count: int) -> dict[str, str]:
    return {"a.py": BODY + "    v = c.count('x')\n" * count}


def functions(count: int) -> dict[str, str]:
    each = (
        "async def f{0}(a):\n    c = QdrantClient('x')\n    v = c.count('x')\n    return v.g(a)\n"
    )
    return {"a.py": CLIENT + "".join(each.format(number) for number in range(count))}


def classes(count: int) -> dict[str, str]:
    each = (
        "class Part{0}:\n    def __init__(self, link, name):\n        self.link = link\n"
        "        self.name = name\n    async def run(self):\n"
        "        return self.link.step(self.name.text())\n"
    )
    return {
        f"p{number}.py": CLIENT + each.format(number) + each.format(f"{number}b")
        for number in range(count)
    }


def calls_to_check(files: dict[str, str]) -> int:
    """Return how many functions are called while files are checked."""
    texts = {f"/project/{name}": text for name, text in files.items()}
    checker = open_project("/project", texts, Settings(), texts)
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        for path in texts:
            checker.check(path)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("written", [operands, chained, one_variable, functions, classes])
def test_twice_as_much_takes_twice_the_calls(written: Callable[[int], dict[str, str]]) -> None:
    few = 40 if written is classes else 150
    assert calls_to_check(written(2 * few)) < 2.4 * calls_to_check(written(few))
