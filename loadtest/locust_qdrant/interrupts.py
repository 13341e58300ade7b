"""Ctrl-C and SIGTERM: both end a run in good order."""

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


@contextmanager
def termination_as_interrupt() -> Iterator[None]:
    """Let SIGTERM raise `KeyboardInterrupt`, so that a killed run cleans up, too."""
    with _handling((signal.SIGTERM,), _interrupt):
        yield


@contextmanager
def deferred_interrupt() -> Iterator[threading.Event]:
    """Yield an event that the first Ctrl-C or SIGTERM sets; a second one raises the exception."""
    event = threading.Event()

    def note(signal_number: int, frame: FrameType | None) -> None:
        if event.is_set():
            _interrupt(signal_number, frame)
        event.set()

    with _handling((signal.SIGINT, signal.SIGTERM), note):
        yield event


@contextmanager
def children_ignore_interrupts() -> Iterator[None]:
    """Let processes that are started meanwhile never see Ctrl-C.

    A terminal sends it to all of them at once, and the engine has to outlive the traffic: what was
    acknowledged is still to be read back.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


@contextmanager
def _handling(signals: tuple[signal.Signals, ...], handler: Handler) -> Iterator[None]:
    before = [(number, signal.signal(number, handler)) for number in signals]
    try:
        yield
    finally:
        for number, old in before:
            signal.signal(number, old)
