"""Samples the stack of an event loop's thread whenever the loop is late, and blames a line."""

from __future__ import annotations

import asyncio
import os
import sys
import sysconfig
import threading
import time
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from types import FrameType

INTERVAL = 0.005
LATE = 0.02
_MOST_STACKS = 100

#: Code of others, also where it lies below the project's root, as a virtual environment does;
#: installed packages before the standard library, which they lie in.
_OTHERS = (
    *(f"{sysconfig.get_path(name)}{os.sep}" for name in ("purelib", "platlib", "stdlib")),
    f"{Path(__file__).parents[1]}{os.sep}",
)


class _Frame(NamedTuple):
    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} in {self.function}"


class _Seen(NamedTuple):
    """A stack, outermost frame first, and the frame of a library under the user's own."""

    stack: tuple[str, ...]
    library: str


@dataclass
class _Line:
    samples: int = 0
    longest: float = 0.0
    seconds: dict[_Seen, float] = field(default_factory=dict)


class _Moment(NamedTuple):
    """A moment, and for how long until then the loop's thread was ready and got no processor."""

    clock: float
    starved: float

    def after(self, other: _Moment) -> float:
        """Return the seconds from `other` to here in which the thread had a processor, or slept."""
        return max(0.0, self.clock - other.clock - (self.starved - other.starved))


class _RunQueue:
    """For how long a thread of this process was ready to run and got no processor.

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
        self._before = self._read(self._file)
        weakref.finalize(self, os.close, self._file)

    def seconds(self) -> float:
        """Return the seconds since this was made; zero where nobody tells."""
        return self._read(self._file) - self._before if self._file is not None else 0.0

    def _read(self, file: int) -> float:
        return int(os.pread(file, 100, 0).split()[1]) / 1_000_000_000


class LoopSampler:
    """Watches the loop that runs in the thread that starts it.

    A thread of its own looks every `INTERVAL` whether the loop has run what was due. Once it is
    more than `LATE` behind, the thread takes the stack of the loop's thread, and adds the time
    since the loop was due, or since the sample before, to the innermost line of the user's own
    code; without the time in which the loop's thread was ready to run and got no processor, where
    the operating system tells (Linux: second field of `/proc/*/schedstat`).

    Args:
        root: the user's own code is what lies below it, without installed packages.
    """

    def __init__(self, root: Path) -> None:
        self._root = f"{root}{os.sep}"
        # A root may itself lie among the installed packages: then they are others, and it is not.
        self._others = tuple(place for place in _OTHERS if not self._root.startswith(place))
        self._lines: dict[_Frame, _Line] = {}
        self._due = self._begin = time.perf_counter()
        self._queue = _RunQueue()
        self._ended = threading.Event()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start watching the running loop.

        Raises:
            RuntimeError: no event loop runs in this thread.
        """
        self._queue = _RunQueue(threading.get_native_id())
        self._schedule(asyncio.get_running_loop())
        watch = threading.Thread(
            target=self._watch, args=(threading.get_ident(),), name="loop-sampler", daemon=True
        )
        watch.start()

    def stop(self) -> dict[str, Any]:
        """Stop watching, and return the profile; call it on the same loop."""
        self._ended.set()
        if self._timer is not None:
            self._timer.cancel()
        return self.profile()

    def profile(self) -> dict[str, Any]:
        """Return what was seen until now."""
        return {
            "seconds": time.perf_counter() - self._begin,
            "starved": self._queue.seconds(),
            "lines": [_data(frame, line) for frame, line in tuple(self._lines.items())],
        }

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = time.perf_counter() + INTERVAL
        self._timer = loop.call_later(INTERVAL, self._schedule, loop)

    def _watch(self, thread: int) -> None:
        held: FrameType | None = None
        last = since = held_since = _Moment(0.0, 0.0)
        while not self._ended.wait(INTERVAL):
            due, now = self._due, _Moment(time.perf_counter(), self._queue.seconds())
            if due != last.clock:
                # The loop has run: from here on it may be late anew.
                last, since, held = _Moment(due, now.starved), _Moment(due, now.starved), None
            if now.clock - due <= LATE:
                continue
            found = self._blame(sys._current_frames().get(thread))  # noqa: SLF001 - the only way
            if found is None:
                since, held = now, None
                continue
            frame, own, seen = found
            if own is not held:
                held, held_since = own, since
            line = self._lines.setdefault(frame, _Line())
            line.samples += 1
            line.longest = max(line.longest, now.after(held_since))
            if seen not in line.seconds and len(line.seconds) >= _MOST_STACKS:
                seen = next(iter(line.seconds))
            line.seconds[seen] = line.seconds.get(seen, 0.0) + now.after(since)
            since = now

    def _blame(self, innermost: FrameType | None) -> tuple[_Frame, FrameType, _Seen] | None:
        """Return the user's innermost frame, as data and itself, and how it was seen."""
        own: FrameType | None = None
        library = ""
        stack: list[str] = []
        frame = innermost
        while frame is not None:
            if own is None and self._is_own(frame.f_code.co_filename):
                own, library = frame, stack[-1] if stack else ""
            stack.append(str(self._frame(frame)))
            frame = frame.f_back
        if own is None:
            return None
        return self._frame(own), own, _Seen(tuple(reversed(stack)), library)

    def _is_own(self, file: str) -> bool:
        return file.startswith(self._root) and not file.startswith(self._others)

    def _frame(self, frame: FrameType) -> _Frame:
        file = frame.f_code.co_filename
        # `httpcore/_sync/connection.py` says more than where it is installed.
        place = next(
            (each for each in (*self._others, self._root, *_OTHERS) if file.startswith(each)), ""
        )
        return _Frame(file.removeprefix(place), frame.f_lineno, frame.f_code.co_name)


def _data(frame: _Frame, line: _Line) -> dict[str, Any]:
    seen = max(line.seconds, key=lambda each: line.seconds[each])
    return {
        "file": frame.file,
        "line": frame.line,
        "function": frame.function,
        "samples": line.samples,
        "milliseconds": sum(line.seconds.values()) * 1000,
        "longest_milliseconds": line.longest * 1000,
        "library_frame": seen.library,
        "stack": list(seen.stack),
    }
