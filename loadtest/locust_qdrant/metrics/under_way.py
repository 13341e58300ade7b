"""How many requests were under way at the same time, with a bound on what is kept."""

from __future__ import annotations

from array import array

import numpy as np

#: So many requests are looked through together, and for so long one may be under way.
_SETTLE_EACH, _SETTLED_SECONDS = 50_000, 60.0


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
