"""How many requests were under way at once, and the pauses after which gRPC answered no more."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from locust_qdrant.metrics.record import Outcome

if TYPE_CHECKING:
    from locust_qdrant.metrics.record import Record

#: So many requests are looked through together, and for so long one may be under way.
_SETTLE_EACH, _SETTLED_SECONDS = 50_000, 60.0
#: A pause is at least so many seconds without a request under way.
PAUSE_SECONDS = 1.0


class UnderWay:
    """How many requests were under way at the same time; they come about in order of their ends.

    What is over for a minute is settled: a request that took longer is not seen at its beginning.
    """

    def __init__(self) -> None:
        self._starts, self._ends = array("d"), array("d")
        self._settled_peak = self._level = 0
        self._settle_at = _SETTLE_EACH

    def record(self, start: float, end: float) -> None:
        """Take in one request, by its start and end in seconds."""
        self._starts.append(start)
        self._ends.append(end)
        if len(self._starts) >= self._settle_at:
            self._settle()
            self._settle_at = len(self._starts) + _SETTLE_EACH

    def add(self, other: UnderWay) -> None:
        """Take in those of another time, or of another step."""
        self._settled_peak = max(self.peak, other.peak)
        self._level = 0
        self._starts, self._ends = array("d"), array("d")

    @property
    def peak(self) -> int:
        """The largest number."""
        return max(self._settled_peak, self._peak(np.array(self._starts), np.array(self._ends)))

    def _peak(self, starts: np.ndarray, ends: np.ndarray) -> int:
        if not starts.size:
            return self._level
        starts, ends = np.sort(starts), np.sort(ends)
        # An end comes before a beginning at the same moment: those two were not together.
        over = np.searchsorted(ends, starts, side="right")
        return int((self._level + np.arange(1, starts.size + 1) - over).max())

    def _settle(self) -> None:
        starts, ends = np.array(self._starts), np.array(self._ends)
        until = ends.max() - _SETTLED_SECONDS
        old_starts, old_ends = starts <= until, ends <= until
        self._settled_peak = max(self._settled_peak, self._peak(starts, ends))
        self._level += int(old_starts.sum()) - int(old_ends.sum())
        self._starts = array("d", starts[~old_starts].tolist())
        self._ends = array("d", ends[~old_ends].tolist())


class Silence(NamedTuple):
    """A pause in the traffic, from which on every call over gRPC ran into its deadline.

    Attributes:
        seconds: how long it was.
        before: number of calls before it, of which the last one succeeded.
        after: number of calls since.
    """

    seconds: float
    before: int
    after: int


class Silences:
    """Pauses in the traffic over gRPC after which nothing was answered; calls come as they end."""

    def __init__(self) -> None:
        self._calls = 0
        self._busy_until = 0.0
        self._last_succeeded = False
        # With the moment at which each began.
        self._open: list[tuple[float, Silence]] = []

    def record(self, request: Record) -> None:
        """Take in one request."""
        if request.protocol != "gRPC" or request.outcome.abandoned:
            return
        pause = request.start - self._busy_until
        # A request that was under way meanwhile, and ends now, shows that it was no pause.
        self._open = [each for each in self._open if request.start - each[0] >= PAUSE_SECONDS]
        if "DEADLINE_EXCEEDED" in request.error:
            if self._calls and pause >= PAUSE_SECONDS and self._last_succeeded:
                self._open.append((self._busy_until, Silence(pause, self._calls, 0)))
            self._open = [(at, each._replace(after=each.after + 1)) for at, each in self._open]
        else:
            self._open.clear()
        self._calls += 1
        self._busy_until = max(self._busy_until, request.end)
        self._last_succeeded = request.outcome is Outcome.OK

    def add(self, other: Silences) -> None:
        """Take in those of a later time."""
        if other._calls:
            self._calls, self._open = other._calls, list(other._open)
            self._busy_until, self._last_succeeded = other._busy_until, other._last_succeeded

    @property
    def lasting(self) -> Silence | None:
        """The first one that nothing has ended; None without."""
        return self._open[0][1] if self._open else None
