"""What was written and acknowledged, and whether it is there: the books that a run keeps.

Memory: one dictionary entry a point, about 150 bytes, for as long as the run lasts.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    #: Payload that a point has after it was written with a given version.
    PayloadOf = Callable[[str, int], Mapping[str, Any]]

_MOST_EXAMPLES = 5


class Finding(str, Enum):
    """What reading a point back showed."""

    PRESENT = "present"
    #: Acknowledged, and not there.
    MISSING = "missing"
    #: There, as it was before a later acknowledged write.
    STALE = "stale"
    #: There, with a payload that nobody wrote.
    WRONG = "wrong"


class Ledger:
    """The last acknowledged version of each point, and the versions whose fate is unknown.

    A write that failed or was cancelled may have happened all the same, even later: its version is
    in doubt for good, and either way of reading the point is right.

    Each point must have one writer, which waits for an answer before it writes the point again;
    then "last" means something. Writers of different points may live in different threads.
    """

    def __init__(self) -> None:
        self._acknowledged: dict[str, int] = {}
        self._in_doubt: dict[str, set[int]] = {}

    @contextmanager
    def writing(self, points: Sequence[str], version: int) -> Iterator[None]:
        """Enter a write of `points`: acknowledged when the block ends, in doubt when it raises."""
        for point in points:
            self._in_doubt.setdefault(point, set()).add(version)
        yield
        for point in points:
            self._acknowledged[point] = version
            self._settle(point, version)

    def points(self) -> list[str]:
        """Return every point with an acknowledged write, in the order of their first one."""
        return list(self._acknowledged)

    def touched(self) -> list[str]:
        """Return every point that anyone tried to write, so that all of them can be removed."""
        return list(self._acknowledged | dict.fromkeys(self._in_doubt, 0))

    def in_doubt(self) -> int:
        """Return the number of points with a write of unknown fate."""
        return len(self._in_doubt)

    def judge(
        self, point: str, payload: Mapping[str, Any] | None, payload_of: PayloadOf
    ) -> Finding:
        """Compare what was read, `None` for nothing, with what was acknowledged."""
        version = self._acknowledged[point]
        if payload is None:
            return Finding.MISSING
        possible = (version, *self._in_doubt.get(point, ()))
        if any(payload == payload_of(point, each) for each in possible):
            return Finding.PRESENT
        if any(payload == payload_of(point, each) for each in range(version)):
            return Finding.STALE
        return Finding.WRONG

    def _settle(self, point: str, version: int) -> None:
        doubts = self._in_doubt[point]
        doubts.discard(version)
        if not doubts:
            del self._in_doubt[point]


@dataclass(frozen=True)
class Audit:
    """The outcome of reading the books back.

    Attributes:
        points: number of points with an acknowledged write.
        missing: number of them that are gone.
        stale: number of them with an earlier payload than the last acknowledged one.
        wrong: number of them with a payload that nobody wrote.
        in_doubt: number of points with a write of unknown fate.
        examples: a few of the points that are not right, one line each.
        unreadable: why the points could not be read back, empty when they could.
    """

    points: int
    missing: int
    stale: int
    wrong: int
    in_doubt: int
    examples: tuple[str, ...] = ()
    unreadable: str = ""

    @property
    def lost(self) -> int:
        """Number of points that are not as acknowledged."""
        return self.missing + self.stale + self.wrong


def audit(
    ledger: Ledger,
    readings: Iterable[tuple[str, Mapping[str, Any] | None]],
    payload_of: PayloadOf,
) -> Audit:
    """Judge every reading, a point and its payload or `None`, against the ledger."""
    counts: Counter[Finding] = Counter()
    examples: list[str] = []
    for point, payload in readings:
        finding = ledger.judge(point, payload, payload_of)
        counts[finding] += 1
        if finding is not Finding.PRESENT and len(examples) < _MOST_EXAMPLES:
            examples.append(f"point {point} is {finding.value}")
    return Audit(
        points=counts.total(),
        missing=counts[Finding.MISSING],
        stale=counts[Finding.STALE],
        wrong=counts[Finding.WRONG],
        in_doubt=ledger.in_doubt(),
        examples=tuple(examples),
    )
