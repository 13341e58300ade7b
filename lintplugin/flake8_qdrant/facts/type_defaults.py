"""Defaults of type parameters, which the grammar does not know: `class Box[T = Client]`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD: Final = re.compile(
    r"^[ \t]*(?:class|(?:async[ \t]+)?def|type)[ \t]+\w+[ \t]*\[", re.MULTILINE
)


def without_defaults(text: str) -> str:
    """Write each default as a bound, in the same place: `[T: Base = C]` as `[T      : C]`.

    What nobody gives a variable for is of its default, so that the two say the same here.
    """
    found = list(text)
    for match in _HEAD.finditer(text):
        for start, end in _parts(text, match.end()):
            equals = _outside_brackets(text, "=", start, end)
            if equals is None:
                continue
            colon = _outside_brackets(text, ":", start, equals)
            if colon is not None:
                found[colon:equals] = [c if c == "\n" else " " for c in text[colon:equals]]
            found[equals] = ":"
    return "".join(found)


def _parts(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Give the spans between the commas of a list in brackets that begins at a place."""
    depth = 0
    for at in range(start, len(text)):
        if text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
        if depth < 0 or (text[at] == "," and not depth):
            yield start, at
            start = at + 1
        if depth < 0:
            return


def _outside_brackets(text: str, wanted: str, start: int, end: int) -> int | None:
    depth = 0
    for at in range(start, end):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if text[at] == wanted and not depth:
            return at
    return None
