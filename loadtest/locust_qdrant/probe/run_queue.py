"""For how long a thread was ready to run and got no processor, where the system tells."""

from __future__ import annotations

import os
import weakref
from typing import NamedTuple

_NANOSECONDS = 1_000_000_000


class Moment(NamedTuple):
    """A moment, and for how long until then the loop's thread was ready and got no processor."""

    clock: float
    starved: float

    def after(self, other: Moment) -> float:
        """Return the seconds from `other` to here in which the thread had a processor, or slept."""
        return max(0.0, self.clock - other.clock - (self.starved - other.starved))


class RunQueue:
    """What Linux says of a thread of this process: second field of `/proc/*/schedstat`.

    Args:
        thread: the native id of the thread; zero for none.
    """

    def __init__(self, thread: int = 0) -> None:
        try:
            place = f"/proc/self/task/{thread}/schedstat"
            self._file: int | None = os.open(place, os.O_RDONLY)
        except OSError:
            self._file = None
            return
        self._before = 0.0
        self._before = self._read(self._file)
        weakref.finalize(self, os.close, self._file)

    def seconds(self) -> float:
        """Return the seconds since this was made; zero where nobody tells, or the thread ended."""
        return self._read(self._file) - self._before if self._file is not None else 0.0

    def _read(self, file: int) -> float:
        try:
            return int(os.pread(file, 100, 0).split()[1]) / _NANOSECONDS
        except (OSError, IndexError):
            self._file = None
            return self._before
