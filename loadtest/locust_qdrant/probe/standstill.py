"""For how long a process stood still: stopped by a signal, or with the machine that it runs on."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .thread_clock import ThreadClock

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Seconds that a sleep may last longer for no reason that the system tells.
_UNEXPLAINED = 0.1


class Standstill:
    """Adds up what the sleeps of the thread that makes it lasted too long, for no other reason.

    A thread that wakes up late waited for a processor, or for another thread of its process that
    ran. Where neither is true, nothing of the process went on.

    Attributes:
        seconds: for how long, so far.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._clock = ThreadClock(threading.get_native_id())

    @contextmanager
    def sleeping(self, seconds: float) -> Iterator[None]:
        """Enter to sleep for that long."""
        before, ran = self._clock.now(), time.process_time()
        yield
        after = self._clock.now()
        late = after.clock - before.clock - seconds
        late -= after.starved - before.starved + time.process_time() - ran
        if self._clock.tells and late > _UNEXPLAINED:
            self.seconds += late
