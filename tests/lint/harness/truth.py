"""From what was seen while a case ran to the findings that it deserves."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .cases import Case, Mark
from .positions import positions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .coroutines import CoroutineLife
    from .recording import Blocked, Recording


# What could be faster is no event that can be recorded: these are taken from the comments, where
# what happened fits them. QDR4xx are off by default, so the other cases say nothing about them.
ADVICE = "QDR4"
ONCE = "QDR107"  # off as well; that it happens once is seen where its function is called twice


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
    for file, line, code in _deserved(recording):
        codes.setdefault((file, line), set()).add(code)
    for place in recording.awaited:
        found = codes.setdefault(place, set())
        # One mistake, one finding: the messages of these speak of the await, too.
        if not found & {"QDR103", "QDR501"}:
            found.clear()
            found.add("QDR203")
    lost = [life for life in recording.coroutines.lost() if not _lost_by_error(life, recording)]
    for life in lost:
        codes.setdefault(_place_of(life), set()).add(_rule_of(life))
    ended = {(end.file, positions(end.file).call(end.line)) for end in ends}
    for mark in (one for one in case.expected if one.code.startswith(ADVICE)):
        place = str(case.root / mark.file), mark.line
        is_refused = mark.code == "QDR404" and place in ended
        if is_refused or recording.traffic.supports(mark.code, place):
            codes.setdefault(place, set()).add(mark.code)
    for mark in (one for one in case.expected if one.code == ONCE):
        place = str(case.root / mark.file), mark.line
        if recording.blocked_once(place):
            codes[place] = {ONCE}
    uses = [(file, line) for life in lost for file, line, _ in life.used]
    explained = {*codes, *uses, *recording.refused}
    problems = recording.problems + [
        f"{_relative(end.file, case)}:{end.line} ended the case: {end.error}"
        for end in ends
        if not _comes_from_a_mistake(end, explained, recording)
    ]
    if case.rule == "QDR402" and not case.expected:
        problems += recording.traffic.crowding()
    marks = {
        Mark(_relative(file, case), line, code)
        for (file, line), found in codes.items()
        for code in found
    }
    return Truth(frozenset(marks), tuple(recording.blocked), tuple(problems))


def _comes_from_a_mistake(end: End, explained: set[tuple[str, int]], recording: Recording) -> bool:
    # Coroutines of the clients beside Qdrant are not watched; their names are in the error.
    if recording.orphans and "'coroutine' object" in end.error:
        return True
    return any((end.file, line) in explained for line in positions(end.file).statement(end.line))


def _deserved(recording: Recording) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and code of what needs no weighing up."""
    for blocked in recording.blocked:
        yield blocked.file, blocked.line, blocked.code
    for place in recording.nested:
        yield *place, "QDR301"
    for place in recording.reused:
        yield *place, "QDR302"
    built_anew = {(life.file, life.line) for life in recording.clients.made_again()}
    for place in built_anew:
        yield *place, "QDR303"
    for life in recording.clients.never_closed():
        if (life.file, life.line) not in built_anew:
            yield life.file, life.line, "QDR304"
    yield from recording.orphans


def _place_of(life: CoroutineLife) -> tuple[str, int]:
    return life.file, positions(life.file).call(life.line)


def _lost_by_error(life: CoroutineLife, recording: Recording) -> bool:
    return recording.raised_by_nested_loop(*_place_of(life))


def _rule_of(life: CoroutineLife) -> str:
    if life.in_plain_function:
        return "QDR204"
    if life.by_thread:
        return "QDR201"
    file, line = _place_of(life)
    used = life.used or positions(file).identity_or_match(line)
    return "QDR202" if used else "QDR201"


def _relative(file: str, case: Case) -> str:
    return Path(os.path.relpath(file, case.root)).as_posix()
