"""Ctrl-C and SIGTERM: both end a run in good order."""

from __future__ import annotations

import signal
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
