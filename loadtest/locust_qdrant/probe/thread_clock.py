"""For how long a thread ran, waited, or was ready and got no processor, where the system tells."""

from __future__ import annotations

import os
import time
import weakref
from typing import NamedTuple

_NANOSECONDS = 1_000_000_000
#: What ran for more than this share of the time computes, and does not wait.
_COMPUTES = 0.1


class ThreadTimes(NamedTuple):
    """A moment, and what a thread had done until then, all in seconds.

    Attributes:
        clock: `time.perf_counter`.
        ran: for how long the thread had run on a processor.
        starved: for how long it was ready to run and got no processor.
    """

    clock: float
    ran: float
    starved: float

    def held(self, since: ThreadTimes, *, waits: bool) -> float:
        """Return for how long the code that runs now has held the thread since then.

        What computes holds it while it runs. What waits, or sleeps in C, holds it all the time but
        when the thread could have gone on.

        Args:
            since: an earlier moment.
            waits: whether the thread stands in a function that waits.
        """
        wall, ran = self.clock - since.clock, self.ran - since.ran
        if not waits and ran > _COMPUTES * wall:
            return min(ran, wall)
        return max(0.0, wall - (self.starved - since.starved))


class ThreadClock:
    """What the operating system tells of a thread of this process.

    Linux does, in `/proc/*/schedstat`; where nobody tells, the thread never ran and was never
    starved, so that all time counts.

    Args:
        native_id: the native id of the thread; zero for none.
    """

    def __init__(self, native_id: int = 0) -> None:
        self._file: int | None = None
        self._last = self._first = (0, 0)
        try:
            place = f"/proc/self/task/{native_id}/schedstat"
            self._file = os.open(place, os.O_RDONLY)
        except OSError:
            return
        weakref.finalize(self, os.close, self._file)
        self.now()
        self._first = self._last

    @property
    def tells(self) -> bool:
        """Whether the operating system tells anything of the thread."""
        return self._file is not None

    def now(self) -> ThreadTimes:
        """Return this moment, counted from when this was made."""
        return self.moment(time.perf_counter(), self.reading())

    def reading(self) -> bytes:
        """Return what the system tells now; `moment` understands it, which takes longer."""
        if self._file is None:
            return b""
        try:
            return os.pread(self._file, 100, 0)
        except OSError:
            return b""  # the thread has ended

    def moment(self, clock: float, reading: bytes) -> ThreadTimes:
        """Return the moment at which there was this reading."""
        try:
            ran, starved, _ = map(int, reading.split())
        except ValueError:
            ran, starved = self._last
        self._last = ran, starved
        return ThreadTimes(
            clock,
            (ran - self._first[0]) / _NANOSECONDS,
            (starved - self._first[1]) / _NANOSECONDS,
        )
