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
    from collections.abc import Sequence
    from types import FrameType

INTERVAL = 0.005
LATE = 0.02
_MOST_STACKS = 100

#: What ran for more than this share of the time computes, and does not wait.
_COMPUTES = 0.1

#: Where a thread stands while a synchronous client waits for its server.
_WAITS = (
    "httpcore/_backends/sync.py:",
    "socket.py:",
    "ssl.py:",
    "selectors.py:",
    "threading.py:",
    "subprocess.py:",
    "grpc/_channel.py:",
    "grpc/_common.py:",
)

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

    def add(self, seen: _Seen, seconds: float, hold: float) -> None:
        self.samples += 1
        self.longest = max(self.longest, hold)
        if seen not in self.seconds and len(self.seconds) >= _MOST_STACKS:
            seen = next(iter(self.seconds))
        self.seconds[seen] = self.seconds.get(seen, 0.0) + seconds


class _Moment(NamedTuple):
    """A moment, and what the loop's thread had done until then, all in seconds.

    Attributes:
        clock: `time.perf_counter`.
        ran: for how long the thread had run on a processor.
        starved: for how long it was ready to run and got no processor.
    """

    clock: float
    ran: float
    starved: float

    def held(self, since: _Moment, *, waits: bool) -> float:
        """Return for how long the code that runs now has held the loop since then.

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


class _Thread:
    """What the operating system tells of a thread of this process.

    Linux does, in `/proc/*/schedstat`; where nobody tells, it never ran and was never starved, so
    that all time counts.

    Args:
        native_id: the native id of the thread; zero for none.
    """

    def __init__(self, native_id: int = 0) -> None:
        self._file: int | None = None
        self._first = (0.0, 0.0)
        try:
            place = f"/proc/self/task/{native_id}/schedstat"
            self._file = os.open(place, os.O_RDONLY)
        except OSError:
            return
        weakref.finalize(self, os.close, self._file)
        self._first = self._read(self._file)

    def now(self) -> _Moment:
        """Return this moment, counted from when this was made."""
        ran, starved = self._first if self._file is None else self._read(self._file)
        return _Moment(time.perf_counter(), ran - self._first[0], starved - self._first[1])

    def _read(self, file: int) -> tuple[float, float]:
        ran, starved, _ = os.pread(file, 100, 0).split()
        return int(ran) / 1_000_000_000, int(starved) / 1_000_000_000


class LoopSampler:
    """Watches the loop that runs in the thread that starts it.

    A thread of its own looks every `INTERVAL` whether the loop has run what was due. Once it is
    more than `LATE` behind, the thread takes the stack of the loop's thread, and adds the time
    since the loop was due, or since the sample before, to the innermost line of the user's own
    code; without the time in which the loop's thread got no processor, where the operating system
    tells.

    Args:
        root: the user's own code is what lies below it, without installed packages.
    """

    def __init__(self, root: Path) -> None:
        self._root = f"{root}{os.sep}"
        # A root may itself lie among the installed packages: then they are others, and it is not.
        self._others = tuple(place for place in _OTHERS if not self._root.startswith(place))
        self._lines: dict[_Frame, _Line] = {}
        self._due = self._begin = time.perf_counter()
        self._thread = _Thread()
        self._ended = threading.Event()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start watching the running loop.

        Raises:
            RuntimeError: no event loop runs in this thread.
        """
        self._thread = _Thread(threading.get_native_id())
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
            "starved": self._thread.now().starved,
            "lines": [_data(frame, line) for frame, line in tuple(self._lines.items())],
        }

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = time.perf_counter() + INTERVAL
        self._timer = loop.call_later(INTERVAL, self._schedule, loop)

    def _watch(self, thread: int) -> None:
        held: FrameType | None = None
        hold, due = 0.0, -1.0
        since = self._thread.now()
        while not self._ended.wait(INTERVAL):
            now = self._thread.now()
            if due != self._due:
                # The loop has run: from here on it may be late anew.
                due, held = self._due, None
                since = now._replace(clock=due)
            if now.clock - due <= LATE:
                continue
            found = self._blame(sys._current_frames().get(thread))  # noqa: SLF001 - the only way
            if found is None:
                since, held = now, None
                continue
            frame, own, seen = found
            seconds = now.held(since, waits=stands_in_a_wait(seen.stack))
            hold = hold + seconds if own is held else seconds
            held, since = own, now
            self._lines.setdefault(frame, _Line()).add(seen, seconds, hold)

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


def stands_in_a_wait(stack: Sequence[str]) -> bool:
    """Tell whether the innermost frame of a stack is a function that waits for something."""
    return bool(stack) and stack[-1].startswith(_WAITS)
