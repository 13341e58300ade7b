"""Where a key stands in a TOML text: `tomllib` gives values, and no lines."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    #: Keys from the top of a document to a value; a number is a place in an array.
    Path = Sequence[str | int]

# What may be missing after a line in the middle of a statement: only arrays and long strings have
# more than one line.
_ENDINGS = ("", "\n]", "\n]]", '"""', "'''", '"""]', "''']")


def line_of(text: str, path: Path) -> int | None:
    """Return the number of the line, from 1, on which `path` first appears in `text`.

    The parser itself decides: it is the shortest beginning of the text that has the key.

    Args:
        text: a valid TOML document.
        path: keys and places in arrays; an empty one is the whole document.

    Returns:
        The line, or None where the document has no such key.
    """
    return next((number for number, found in _beginnings(text) if _has(found, path)), None)


def _beginnings(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    # As TOML counts lines: a form feed or a Unicode line separator in a string ends none.
    lines = text.replace("\r\n", "\n").split("\n")
    for number in range(1, len(lines) + 1):
        beginning = "\n".join(lines[:number])
        for ending in _ENDINGS:
            try:
                yield number, tomllib.loads(beginning + ending)
            except tomllib.TOMLDecodeError:
                continue
            break


def _has(value: Any, path: Path) -> bool:  # noqa: ANN401 - whatever TOML can say
    for step in path:
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                return False
        elif not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True
