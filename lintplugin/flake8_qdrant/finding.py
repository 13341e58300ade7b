"""What a rule says about a place in the source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One link of the chain that explains a finding: a function, and where it calls the next.

    In a notebook the line counts within the code cell of the number `cell`.
    """

    function: str
    path: str
    line: int
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake at one place.

    Lines and columns count from 1, columns in characters. `path` is as the caller gave it.
    In a notebook they count within the code cell of the number `cell`.
    `chain` leads from the flagged call to the call that blocks, outermost first.
    Findings sort by their places.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    message: str
    chain: tuple[Step, ...] = ()
    cell: int | None = None

    def __lt__(self, other: Finding) -> bool:
        return self._order() < other._order()

    def with_paths(self, seen: Callable[[str], str]) -> Finding:
        """Return it with other paths, for itself and for the steps of its chain."""
        chain = tuple(replace(step, path=seen(step.path)) for step in self.chain)
        return replace(self, path=seen(self.path), chain=chain)

    def _order(self) -> tuple[object, ...]:
        start, end = (self.line, self.column), (self.end_line, self.end_column)
        return self.path, self.cell or 0, start, end, self.code, self.message, self.chain


def shown_path(path: str, cell: int | None) -> str:
    """Name a file, and in a notebook the code cell, before a line's number."""
    return path if cell is None else f"{path}:cell {cell}"
