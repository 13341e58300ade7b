"""Callbacks, and functions for threads, that remember where the program handed them over.

What the loop or a pool calls later has no line of the program on its stack, so the line to blame is
the one that asked for it.
"""

from __future__ import annotations

import asyncio
import functools
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

from .positions import positions

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


class Desk(Protocol):
    """Who knows which callback runs now."""

    callback: tuple[str, int] | None

    def is_own(self, frame: FrameType) -> bool:
        """Whether a frame belongs to the program."""


class Boss(Protocol):
    """Who knows what the program gives to threads."""

    def is_own(self, frame: FrameType) -> bool:
        """Whether a frame belongs to the program."""

    def made_by_thread(self, made: Any, frame: FrameType, line: int) -> None:
        """Note what a function gave that a line of the program's frame gave to a thread."""


def remember_jobs(current: Callable[[], Boss | None]) -> None:
    """Make the pools of this process remember who gave them a function.

    Args:
        current: Returns the boss of the program that runs now.
    """
    real = ThreadPoolExecutor.submit

    @functools.wraps(real)
    def submit(pool: ThreadPoolExecutor, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        boss, frame = current(), _own_frame(current(), sys._getframe(1))
        if boss is None or frame is None:
            return real(pool, function, *args, **kwargs)
        line = frame.f_lineno

        def job(*args: Any, **kwargs: Any) -> Any:
            made = function(*args, **kwargs)
            boss.made_by_thread(made, frame, line)
            return made

        return real(pool, job, *args, **kwargs)

    ThreadPoolExecutor.submit = submit  # type: ignore[method-assign]


def _own_frame(boss: Boss | None, frame: FrameType | None) -> FrameType | None:
    while boss is not None and frame is not None and not boss.is_own(frame):
        frame = frame.f_back
    return frame if boss is not None else None


class Registered:
    """A callback, and the line that registered it."""

    def __init__(self, callback: Callable[..., Any], desk: Desk, frame: FrameType) -> None:
        self._callback = callback
        self._desk = desk
        file = frame.f_code.co_filename
        self._place = file, positions(file).call(frame.f_lineno)

    def __call__(self, *args: Any) -> Any:
        self._desk.callback = self._place
        try:
            return self._callback(*args)
        finally:
            self._desk.callback = None

    def __eq__(self, other: object) -> bool:
        return self._callback == other

    def __hash__(self) -> int:
        return hash(self._callback)


def remember_registrations(current: Callable[[], Desk | None]) -> None:
    """Make loops and tasks of this process remember who registers a callback.

    Args:
        current: Returns the desk of the program that runs now.
    """

    def registered(callback: Callable[..., Any], frame: FrameType) -> Callable[..., Any]:
        desk = current()
        own = desk is not None and desk.is_own(frame)
        return Registered(callback, desk, frame) if desk is not None and own else callback

    def call_later(name: str, position: int) -> None:
        real = getattr(asyncio.BaseEventLoop, name)

        @functools.wraps(real)
        def method(*args: Any, **kwargs: Any) -> Any:
            before, callback, after = args[:position], args[position], args[position + 1 :]
            return real(*before, registered(callback, sys._getframe(1)), *after, **kwargs)

        setattr(asyncio.BaseEventLoop, name, method)

    # Positions of the callback, `self` counted.
    for name, position in (("call_soon", 1), ("call_soon_threadsafe", 1), ("call_later", 2)):
        call_later(name, position)

    class Task(asyncio.Task):  # type: ignore[type-arg]
        def add_done_callback(self, callback: Any, *, context: Any = None) -> None:
            super().add_done_callback(registered(callback, sys._getframe(1)), context=context)

    real_init = asyncio.BaseEventLoop.__init__

    def init(loop: asyncio.BaseEventLoop) -> None:
        real_init(loop)
        loop.set_task_factory(lambda loop, coroutine, **kw: Task(coroutine, loop=loop, **kw))

    asyncio.BaseEventLoop.__init__ = init  # type: ignore[assignment, method-assign]
