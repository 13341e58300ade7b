"""A text while it is typed: broken most of the time, and what is known of it all the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from flake8_qdrant.facts.source import Problem
    from flake8_qdrant.finding import Finding

_MOST_HUNKS: Final = 8
"""A parse each; with more changes since the text last parsed, all are taken back."""
_MOST_PAIRS: Final = 4_000_000
"""Lines times lines that are compared; beyond that everything between counts as one change."""

_Line = tuple[str, int | None]
"""A line, and its number (from 0) in the text as it was typed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands for a text that is being typed.

    Attributes:
        text: the nearest text that parses: of the changes since the last one that did, those that
            do not break it. If none ever did, the text as it was typed.
        problem: why the text as it was typed does not parse.
    """

    text: str
    problem: Problem | None = None
    _typed: tuple[str, ...] = ()
    _numbers: tuple[int | None, ...] | None = None

    def place(self, finding: Finding) -> Finding | None:
        """Return a finding at its place in the text as typed; None if that is the broken part.

        Its end may be in the broken part: then it ends with its first line.
        """
        if self._numbers is None:
            return finding
        first, last = self._number(finding.line), self._number(finding.end_line)
        if first is None:
            return None
        if last is None or last < first:
            line, column = first + 1, len(self._typed[first]) + 1
            return replace(finding, line=line, end_line=line, end_column=column)
        return replace(finding, line=first + 1, end_line=last + 1)

    def line(self, line: int) -> int:
        """Return where a line of the reading is in the text as typed, or the nearest before it."""
        for number in range(line, 0, -1):
            at = self._number(number) if self._numbers is not None else number - 1
            if at is not None:
                return at + 1
        return 1

    def _number(self, line: int) -> int | None:
        numbers = self._numbers or ()
        return numbers[line - 1] if 0 < line <= len(numbers) else None


class Buffer:
    """Follows one text through its changes.

    Args:
        problem: tells why a text does not parse, or gives None.
    """

    def __init__(self, problem: Callable[[str], Problem | None]) -> None:
        self._problem = problem
        self._good: list[str] | None = None
        self._typed: list[str] = []
        self._last: Reading | None = None

    def read(self, lines: list[str]) -> Reading:
        """Take the lines of the text as it is now, and return what stands for it."""
        if self._last is None or lines != self._typed:
            self._last, self._typed = self._read(lines), lines
        return self._last

    def _read(self, lines: list[str]) -> Reading:
        text = "\n".join(lines)
        problem = self._problem(text)
        if problem is None:
            self._good = lines
            return Reading(text)
        if self._good is None:
            return Reading(text, problem)
        nearest = self._nearest(self._good, lines)
        self._good = [line for line, _ in nearest]
        numbers = tuple(number for _, number in nearest)
        return Reading("\n".join(self._good), problem, tuple(lines), numbers)

    def _nearest(self, good: list[str], typed: list[str]) -> list[_Line]:
        blocks = list(_blocks(good, typed))
        changes = [index for index, (is_change, _, _) in enumerate(blocks) if is_change]
        taken: set[int] = set()
        if 1 < len(changes) <= _MOST_HUNKS:
            for index in changes:
                lines = _composed(blocks, taken | {index})
                if self._problem("\n".join(line for line, _ in lines)) is None:
                    taken.add(index)
        return _composed(blocks, taken)


_Block = tuple[bool, "Sequence[_Line]", "Sequence[_Line]"]
"""Whether it is a change; its lines before, and as typed."""


def _blocks(good: list[str], typed: list[str]) -> Iterator[_Block]:
    """Give what is the same in both texts, and what has changed, in order."""
    before, after = _common(good, typed), 0
    while after < min(len(good), len(typed)) - before and good[-1 - after] == typed[-1 - after]:
        after += 1
    yield False, (), [(typed[at], at) for at in range(before)]
    old, new = good[before : len(good) - after], typed[before : len(typed) - after]
    if len(old) * len(new) > _MOST_PAIRS:
        steps: Iterable[tuple[str, int, int, int, int]] = [("replace", 0, len(old), 0, len(new))]
    else:
        steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for kind, old_start, old_end, new_start, new_end in steps:
        lines = [(new[at], before + at) for at in range(new_start, new_end)]
        yield kind != "equal", [(line, None) for line in old[old_start:old_end]], lines
    yield False, (), [(typed[at], at) for at in range(len(typed) - after, len(typed))]


def _common(one: list[str], other: list[str]) -> int:
    """Return how many lines both begin with."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _composed(blocks: Sequence[_Block], taken: set[int]) -> list[_Line]:
    """Return the lines with the changes that are taken."""
    lines: list[_Line] = []
    for index, (is_change, before, after) in enumerate(blocks):
        lines += after if not is_change or index in taken else before
    return lines
