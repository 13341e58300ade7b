"""What findings cost: the lines of a profile, each beside the finding whose call it is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_qdrant.finding import Finding
    from flake8_qdrant.profile import HeldLine


@dataclass(frozen=True, slots=True)
class Cost:
    """How long the lines of a finding's call held the loop.

    The lines are those of the call itself, and those that its chain names.
    """

    lines: tuple[HeldLine, ...]

    @property
    def milliseconds(self) -> float:
        """How long altogether."""
        return sum(line.milliseconds for line in self.lines)

    @property
    def longest_milliseconds(self) -> float:
        """How long at a stretch."""
        return max(line.longest_milliseconds for line in self.lines)

    @property
    def samples(self) -> int:
        """How often the loop was seen held."""
        return sum(line.samples for line in self.lines)

    def describe(self) -> str:
        """Return it in words, for the end of a message."""
        return (
            f"held the loop {self.milliseconds:,.0f} ms ({self.samples:,} samples, longest "
            f"{self.longest_milliseconds:,.0f} ms)"
        )


@dataclass(frozen=True, slots=True)
class Costs:
    """Findings and what they cost.

    `findings` begin with the most expensive; `of` has an entry for each that held the loop;
    `without_finding` are the lines that held it and that no finding explains.
    """

    findings: tuple[Finding, ...]
    of: dict[Finding, Cost]
    without_finding: tuple[HeldLine, ...]


def costs_of(findings: Sequence[Finding], held: Sequence[HeldLine]) -> Costs:
    """Return the findings sorted by what they cost.

    A file of the profile, relative to its project's root, is that of a finding whose path ends with
    it: the linter may run in another folder than the service did.
    """
    found: dict[Finding, Cost] = {}
    explained: set[HeldLine] = set()
    for finding in findings:
        places = set(_places(finding))
        lines = tuple(line for line in held if any(_is_at(line, place) for place in places))
        if lines:
            found[finding] = Cost(lines)
            explained.update(lines)
    ordered = sorted(findings, key=lambda finding: (-_milliseconds(found, finding), finding))
    rest = tuple(line for line in held if line not in explained)
    return Costs(tuple(ordered), found, rest)


def _milliseconds(found: dict[Finding, Cost], finding: Finding) -> float:
    return found[finding].milliseconds if finding in found else 0.0


def _places(finding: Finding) -> Iterator[tuple[str, int]]:
    own = _normal(finding.path)
    # Versions of Python differ in which line of a call over several lines they name.
    for line in range(finding.line, finding.end_line + 1):
        yield own, line
    for step in finding.chain:
        yield _normal(step.path), step.line


def _normal(path: str) -> str:
    return os.path.abspath(path).replace(os.sep, "/")


def _is_at(held: HeldLine, place: tuple[str, int]) -> bool:
    path, line = place
    return held.line == line and path.endswith(f"/{held.file}")
