"""A moment that moves on, and a thread that sleeps until it has passed.

A thread that wakes takes Python's lock from the one that runs, and giving it back and forth costs
far more than what the thread does. So it must not wake each time the moment moves: Linux has a
timer that can be set again while somebody waits for it.
"""

from __future__ import annotations

import ctypes
import os
import select
import threading
import time
import weakref
from typing import Any, Protocol

_CLOCK_MONOTONIC = 1
_CLOSE_ON_EXEC = os.O_CLOEXEC if hasattr(os, "O_CLOEXEC") else 0
_NANOSECONDS = 1_000_000_000
#: What a timed wait cannot be shorter than without turning in circles.
_LEAST_WAIT = 0.001


class Deadline(Protocol):
    """Some seconds after it was last put off."""

    def put_off(self) -> None:
        """Start the seconds anew; from one thread, as often as it likes."""

    def wait(self) -> None:
        """Sleep until the deadline has passed, or `end` was called; from another thread."""

    def end(self) -> None:
        """Wake who waits, for good."""


def deadline(seconds: float) -> Deadline:
    """Return a deadline so many seconds from now: the system's timer, or one that looks around."""
    try:
        return TimerDeadline(seconds)
    except (OSError, AttributeError, TypeError):  # TypeError: Windows
        return PolledDeadline(seconds)


class TimerDeadline:
    """A timer of the Linux kernel: nobody wakes before it has passed.

    Raises:
        OSError: there can be no more of them.
        AttributeError: this system has none.
    """

    def __init__(self, seconds: float) -> None:
        # PyDLL keeps Python's lock: letting it go would cost more than the call.
        system: Any = ctypes.PyDLL(None, use_errno=True)
        self._set = system.timerfd_settime
        self._timer = system.timerfd_create(_CLOCK_MONOTONIC, _CLOSE_ON_EXEC)
        if self._timer < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        weakref.finalize(self, os.close, self._timer)
        self._time = _time(seconds)
        self.put_off()

    def put_off(self) -> None:
        """Start the seconds anew."""
        self._set(self._timer, 0, self._time, None)

    def wait(self) -> None:
        """Sleep until the deadline has passed, or `end` was called."""
        poll = select.poll()
        poll.register(self._timer, select.POLLIN)
        poll.poll()

    def end(self) -> None:
        """Wake who waits, for good."""
        self._time = _time(1 / _NANOSECONDS)
        self.put_off()


def _time(seconds: float) -> Any:  # noqa: ANN401 - an array of C
    whole, rest = divmod(round(seconds * _NANOSECONDS), _NANOSECONDS)
    # struct itimerspec: the interval of a timer that repeats, and the first time; both as seconds
    # and nanoseconds (man timerfd_settime).
    return (ctypes.c_long * 4)(0, 0, whole, rest)


class PolledDeadline:
    """Wakes now and then to see whether it was put off."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._passes = time.perf_counter() + seconds
        self._ended = threading.Event()

    def put_off(self) -> None:
        """Start the seconds anew."""
        self._passes = time.perf_counter() + self._seconds

    def wait(self) -> None:
        """Sleep until the deadline has passed, or `end` was called."""
        while (left := self._passes - time.perf_counter()) > 0:
            if self._ended.wait(max(left, _LEAST_WAIT)):
                return

    def end(self) -> None:
        """Wake who waits, for good."""
        self._ended.set()
