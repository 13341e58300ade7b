"""Files from which values begin to be followed, told by their bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flake8_qdrant.notebook import ENDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_FUNCTION: Final = re.compile(rb"[ \t]*(?:async[ \t]+)?def\b")
_NOTHING: Final = re.compile(rb"[ \t]*(?:#.*)?$")


def starts_loops(runners: Iterable[str]) -> Callable[[str, bytes], bool]:
    """Return what tells whether a file may start an event loop in a function of its own.

    That is a mistake of its own where a loop runs, be there a client or not.

    Args:
        runners: dotted names of what starts or drives a loop from plain code.
    """
    lasts = {name.rpartition(".")[2] for name in runners}
    owners = {name.split(".")[-2] for name in runners if name.count(".")}
    packages = {name.partition(".")[0] for name in runners}
    by_name = _either(lasts - {"run"})
    by_owner = _either(owners | packages)
    pattern = re.compile(rf"\b(?:{by_name}|(?:{by_owner})\s*\.\s*run|Runner)\s*\(".encode())
    renamed = re.compile(rf"\b(?:{_either(packages)})\b[^\n;]*(?:\bimport\b|\bas\b)".encode())
    bare = re.compile(rb"(?:(?<![.\w])|\.)run\s*\(")

    def tells(path: str, code: bytes) -> bool:
        if b"run" not in code and not pattern.search(code):
            return False
        found = [match.start() for match in pattern.finditer(code)]
        if any(_renames(match[0]) for match in renamed.finditer(code)):
            found += (match.start() for match in bare.finditer(code))
        return bool(found) if path.endswith(ENDING) else any(_in_function(code, at) for at in found)

    return tells


def _renames(statement: bytes) -> bool:
    return statement.endswith((b"as", b"import"))


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words)))


def _in_function(code: bytes, at: int) -> bool:
    """Tell by the indentation of lines whether a place is in the body of a function."""
    start = code.rfind(b"\n", 0, at) + 1
    if b"lambda" in code[start:at] or _FUNCTION.match(code[start:at]):
        return True
    depth = _depth(code[start:at])
    while depth and start:
        end, start = start - 1, code.rfind(b"\n", 0, start - 1) + 1
        line = code[start:end]
        if _NOTHING.match(line) or _depth(line) >= depth:
            continue
        depth = _depth(line)
        if _FUNCTION.match(line):
            return True
    return False


def _depth(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" \t"))
