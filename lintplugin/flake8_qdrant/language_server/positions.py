"""Lines and columns as the protocol counts them, and as findings do.

A finding counts lines and columns from 1, columns in characters. The protocol counts from 0, and
columns in code units of an encoding that both sides agree on: UTF-16, or UTF-8 or UTF-32 where the
client prefers one of them.
"""

from __future__ import annotations

import re
from typing import Final

from lsprotocol.types import Position, PositionEncodingKind, Range

_LINE_END: Final = re.compile(r"\r\n|\n|\r")
_BYTES_A_UNIT: Final = {
    PositionEncodingKind.Utf8: ("utf-8", 1),
    PositionEncodingKind.Utf16: ("utf-16-le", 2),
    PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


def split_lines(text: str) -> list[str]:
    r"""Return the lines of a text without their ends, which are `\n`, `\r\n` and `\r`, no others.

    `str.splitlines` also splits at form feeds and the like, where neither the protocol nor Python
    begins a line.
    """
    return _LINE_END.split(text)


class Encoding:
    """Columns in characters to code units, and back."""

    def __init__(self, kind: PositionEncodingKind | str = PositionEncodingKind.Utf16) -> None:
        self.kind = PositionEncodingKind(kind)
        self._codec, self._size = _BYTES_A_UNIT[self.kind]

    def units(self, text: str) -> int:
        """Return how many code units a text has; a lone surrogate counts as any other character."""
        if text.isascii():
            return len(text)
        return len(text.encode(self._codec, "surrogatepass")) // self._size

    def position(self, lines: list[str], line: int, column: int) -> Position:
        """Return the protocol's position of a line and column, both from 1."""
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        return Position(max(line - 1, 0), self.units(text[: max(column - 1, 0)]))

    def range(self, lines: list[str], begin: tuple[int, int], end: tuple[int, int]) -> Range:
        """Return the protocol's range between two pairs of line and column, from 1."""
        return Range(self.position(lines, *begin), self.position(lines, *end))

    def column(self, lines: list[str], position: Position) -> int:
        """Return the column, from 0 in characters, of a position; one past its end is its end."""
        text = lines[position.line] if position.line < len(lines) else ""
        if text.isascii():
            return min(position.character, len(text))
        passed = 0
        for column, character in enumerate(text):
            if passed >= position.character:
                return column
            passed += self.units(character)
        return len(text)

    def offset(self, text: str, lines: list[str], position: Position) -> int:
        """Return a position's index into a text of these lines; one past its end is its end."""
        if position.line >= len(lines):
            return len(text)
        at = 0
        for _ in range(position.line):
            end = _LINE_END.search(text, at)
            at = end.end() if end is not None else len(text)
        return at + self.column(lines, position)
