"""Samples the stack of an event loop's thread whenever the loop is late, and blames a line."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .deadline import deadline
from .frames import Owners, stands_in_a_wait
from .loop_lag import LoopLag
from .profile import HeldLine
from .thread_clock import ThreadClock, ThreadTimes

if TYPE_CHECKING:
    from types import FrameType

    from .deadline import Deadline
    from .frames import Blamed, CodeLine

#: Different stacks that are kept of one line; time of further ones counts for the first.
_MOST_STACKS = 100
_STOP_SECONDS = 1.0
#: What a timed wait cannot be shorter than without turning in circles.
_LEAST_WAIT = 0.001
#: The loop's thread asks the system for nothing but at one of so many ticks.
_EVERY = 4
_TICKER = LoopLag.start.__code__.co_filename
_OWN_FOLDER = Path(_TICKER).parent


class _Seen(NamedTuple):
    stack: tuple[str, ...]
    library: str


_NOTHING = _Seen((), "")


@dataclass
class _Line:
    samples: int = 0
    longest: float = 0.0
    seconds: dict[_Seen, float] = field(default_factory=dict)

    def add(self, seen: _Seen, seconds: float, stretch: float) -> None:
        self.longest = max(self.longest, stretch)
        if seen not in self.seconds and len(self.seconds) >= _MOST_STACKS:
            seen = next(iter(self.seconds))
        self.seconds[seen] = self.seconds.get(seen, 0.0) + seconds


@dataclass
class _Hold:
    """What the loop is held by, while it is.

    Attributes:
        line: of the last sample; None where the thread was not running anything.
        seen: its stack.
        owner: its running function; another one, or the same one anew, is another stretch.
        seconds: for how long it has held the loop at a stretch.
        until: up to when its time has been counted.
    """

    line: _Line | None
    seen: _Seen
    owner: FrameType | None
    seconds: float
    until: ThreadTimes


class LoopSampler:
    """Watches the loop that runs in the thread that starts it.

    The loop tells when it is due next. A thread of its own sleeps until the loop is more than
    `late` behind; then it takes the stack of the loop's thread, again every `interval`, and adds
    the time since the loop was due, or since the sample before, to the line that holds it. What is
    left when the loop comes back goes to the last line, so that the times add up to the time held.
    Time in which the loop's thread was ready to run and got no processor is no line's.

    Args:
        root: the user's own code is what lies below it, without installed packages.
        interval: seconds between two samples of a loop that is held.
        late: how far behind the loop has to be, in seconds.
    """

    def __init__(self, root: Path, interval: float, late: float) -> None:
        self._owners = Owners(root)
        self._interval = interval
        self._late = late
        self._lines: dict[CodeLine, _Line] = {}
        self._hold: _Hold | None = None
        self._lock = threading.Lock()
        self._due = 0.0
        self._reading = b""
        self._ticks = 0
        self._clock = ThreadClock()
        self._deadline: Deadline | None = None
        self._starved_before = 0.0
        self._loop_frame: FrameType | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start watching the loop of this thread, before its first tick."""
        self._ended.clear()
        self._clock = ThreadClock(threading.get_native_id())
        # The first comes from whoever starts it, the second from the loop: that one asks.
        self._ticks = -2
        self._due = time.perf_counter()
        self._reading = self._clock.reading()
        passed = self._deadline = deadline(_EVERY * self._interval + self._late)
        self._thread = threading.Thread(
            target=self._watch,
            args=(threading.get_ident(), passed),
            name="loop-probe",
            daemon=True,
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; call it on the same loop, after its last tick."""
        self._ended.set()
        if self._deadline is not None:
            self._deadline.end()
            self._deadline = None
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)
        self._come_back()
        self._starved_before += self._clock.now().starved
        self._clock = ThreadClock()
        self._loop_frame = None

    def lines(self) -> list[HeldLine]:
        """Return what was seen until now, that with the longest time first; from any thread."""
        with self._lock:
            found = [_held(frame, line) for frame, line in self._lines.items()]
        # A thread that got no processor may be seen anywhere, and was held by nothing there.
        found = [line for line in found if line.milliseconds]
        return sorted(found, key=lambda line: (-line.milliseconds, line.file, line.line))

    @property
    def starved(self) -> float:
        """Seconds in which the loop's thread was ready and got no processor; zero if unknown."""
        return self._starved_before + self._clock.now().starved

    def tick(self, due: float) -> None:
        """Note that the loop runs what was due, and when it is due next; called by `LoopLag`."""
        if self._hold is not None:
            self._come_back()
        self._due = due
        self._ticks += 1
        if self._ticks % _EVERY == 0:
            self._refresh()

    def _refresh(self) -> None:
        # uvloop has no frames of its own: what called the tick is what waits for the loop.
        self._loop_frame = _caller_of_ticker()
        self._reading = self._clock.reading()
        if self._deadline is not None:
            self._deadline.put_off()

    def _watch(self, thread: int, passed: Deadline) -> None:
        while True:
            passed.wait()
            if self._ended.is_set():
                return
            due = self._due
            behind = time.perf_counter() - due
            if behind > self._late:
                now = self._clock.now()
                innermost = sys._current_frames().get(thread)  # noqa: SLF001 - the only way
                if not _is_in_ticker(innermost):
                    self._look(innermost, due, now)
            # A loop that is a little late at each tick passes the deadline and is not held.
            rest = self._interval if behind > self._late else max(self._late - behind, _LEAST_WAIT)
            if self._ended.wait(rest):
                return

    def _look(self, innermost: FrameType | None, due: float, now: ThreadTimes) -> None:
        blamed = self._owners.blame(innermost, self._loop_frame)
        with self._lock:
            # The loop may have come back while the stack was taken.
            if self._due == due:
                self._sample(blamed, self._clock.moment(due, self._reading), now)

    def _sample(self, blamed: Blamed | None, due: ThreadTimes, now: ThreadTimes) -> None:
        before = self._hold
        since = due if before is None else before.until
        if blamed is None:
            self._hold = _Hold(None, _NOTHING, None, 0.0, now)
            return
        held = now.held(since, waits=stands_in_a_wait(blamed.stack))
        stretch = held + (before.seconds if before and before.owner is blamed.owner else 0.0)
        line = self._lines.setdefault(blamed.frame, _Line())
        seen = _Seen(blamed.stack, "" if blamed.library is None else str(blamed.library))
        line.samples += 1
        line.add(seen, held, stretch)
        self._hold = _Hold(line, seen, blamed.owner, stretch, now)

    def _come_back(self) -> None:
        now = self._clock.now()
        with self._lock:
            hold, self._hold = self._hold, None
            if hold is not None and hold.line is not None:
                held = now.held(hold.until, waits=stands_in_a_wait(hold.seen.stack))
                hold.line.add(hold.seen, held, hold.seconds + held)


def _caller_of_ticker() -> FrameType | None:
    frame: FrameType | None = sys._getframe(3)  # noqa: SLF001 - no other way to the frames below
    while frame is not None and frame.f_code.co_filename == _TICKER:
        frame = frame.f_back
    return frame


def _is_in_ticker(frame: FrameType | None) -> bool:
    """Tell whether the loop has come back, and its tick is about to say so."""
    return frame is not None and Path(frame.f_code.co_filename).parent == _OWN_FOLDER


def _held(frame: CodeLine, line: _Line) -> HeldLine:
    typical = max(line.seconds, key=lambda seen: line.seconds[seen])
    return HeldLine(
        file=frame.file,
        line=frame.line,
        function=frame.function,
        samples=line.samples,
        milliseconds=round(sum(line.seconds.values()) * 1000, 1),
        longest_milliseconds=round(line.longest * 1000, 1),
        library_frame=typical.library,
        stack=typical.stack,
    )
