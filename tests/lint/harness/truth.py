"""From what was seen while a case ran to the findings that it deserves."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .cases import Case, Mark
from .positions import positions

if TYPE_CHECKING:
    from .coroutines import Life
    from .recording import Blocked, Recording


@dataclass(frozen=True)
class Truth:
    """What a case did when it ran.

    Attributes:
        marks: The findings it deserves.
        blocked: Each blocking request with its chain of plain functions.
        problems: Why the run proves nothing; empty when all went well.
    """

    marks: frozenset[Mark]
    blocked: tuple[Blocked, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class End:
    """An exception that ended a case: the last line of the case on its way, and its text."""

    file: str
    line: int
    error: str


def differences(case: Case, truth: Truth) -> list[str]:
    """Say in one line each where the comments of a case and the truth disagree."""
    return [
        *(
            f"{mark.file}:{mark.line} claims {mark.code}, which did not happen"
            for mark in sorted(case.expected - truth.marks)
        ),
        *(
            f"{mark.file}:{mark.line} deserves {mark.code}, and no comment says so"
            for mark in sorted(truth.marks - case.expected)
        ),
        *truth.problems,
    ]


def judge(case: Case, recording: Recording, ends: list[End]) -> Truth:
    """Turn what was seen into codes.

    Args:
        case: The case that ran.
        recording: What was seen.
        ends: The exceptions that ended it, which must come from the mistakes themselves.
    """
    codes: dict[tuple[str, int], set[str]] = {}
    for blocked in recording.blocked:
        codes.setdefault((blocked.file, blocked.line), set()).add(blocked.code)
    for place in recording.awaited:
        found = codes.setdefault(place, set())
        # One mistake, one finding: the message of QDR103 speaks of the await, too.
        if "QDR103" not in found:
            found.clear()
            found.add("QDR203")
    for file, line, code in recording.orphans:
        codes.setdefault((file, line), set()).add(code)
    explained: set[tuple[str, int]] = set()
    for life in recording.lives.lost():
        place = life.file, positions(life.file).call(life.line)
        codes.setdefault(place, set()).add(_rule_of(life, place))
        explained.update((file, line) for file, line, _ in life.used)
    explained.update(codes)

    problems = recording.problems + [
        f"{_relative(end.file, case)}:{end.line} ended the case: {end.error}"
        for end in ends
        if not any(
            (end.file, line) in explained for line in positions(end.file).statement(end.line)
        )
    ]
    marks = {
        Mark(_relative(file, case), line, code)
        for (file, line), found in codes.items()
        for code in found
    }
    return Truth(frozenset(marks), tuple(recording.blocked), tuple(problems))


def _rule_of(life: Life, place: tuple[str, int]) -> str:
    if life.in_plain_function:
        return "QDR204"
    used = life.used or positions(place[0]).identity_or_match(place[1])
    return "QDR202" if used else "QDR201"


def _relative(file: str, case: Case) -> str:
    return Path(os.path.relpath(file, case.root)).as_posix()
