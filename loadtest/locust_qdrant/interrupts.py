"""Ctrl-C, SIGTERM and SIGHUP: each ends a run in good order, with an exit code that names it."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    Handler = Callable[[int, FrameType | None], None]

#: What asks a process to end: a person, a supervisor, a terminal that goes away.
_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_received: list[int] = []


def exit_code() -> int:
    """Return the exit code of a process that was interrupted: 130, 143 or 129, as shells count."""
    return 128 + (_received[-1] if _received else signal.SIGINT)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let each of the signals raise `KeyboardInterrupt`, so that a killed run cleans up, too.

    One that is ignored, as `nohup` has it, stays so.
    """
    with _handling(_interrupt):
        yield


@contextmanager
def deferred_interrupt() -> Iterator[threading.Event]:
    """Yield an event that the first of the signals sets; a second one raises the exception."""
    event = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        if event.is_set():
            _interrupt(number, frame)
        _received.append(number)
        event.set()

    with _handling(note):
        yield event


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Put the signals off until the end: for what is short and has to be done."""
    numbers: list[int] = []
    with _handling(lambda number, _: numbers.append(number)):
        yield
    if numbers:
        _interrupt(numbers[-1], None)


@contextmanager
def children_ignore_interrupts() -> Iterator[None]:
    """Let processes that are started meanwhile never see the signals.

    A terminal sends them to all of its processes at once, and the engine has to outlive the
    traffic: what was acknowledged is still to be read back. They end with their parent.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _interrupt(number: int, _frame: FrameType | None) -> NoReturn:
    _received.append(number)
    raise KeyboardInterrupt


@contextmanager
def _handling(handler: Handler) -> Iterator[None]:
    before = [
        (number, signal.signal(number, handler))
        for number in _SIGNALS
        if signal.getsignal(number) is not signal.SIG_IGN
    ]
    try:
        yield
    finally:
        for number, old in before:
            signal.signal(number, old)
