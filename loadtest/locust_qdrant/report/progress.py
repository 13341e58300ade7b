"""How far a run has come: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from locust_qdrant.metrics.figures import latency_of
from locust_qdrant.metrics.record import Outcome, now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

    from locust_qdrant.metrics.record import Record

    #: Called with how much is done, in the unit of the phase, and what makes a remark.
    Advance = Callable[[float, Callable[[], str]], None]

_PLAIN_INTERVAL = 5.0
#: A person reads no faster, and every remark takes time from the loop that is measured.
_LIVE_INTERVAL = 0.5
_DAY_CLOCK = 3600
#: As long as the pause between two plain lines: nothing happens unseen between them.
RECENT_SECONDS = _PLAIN_INTERVAL
_DISORDER_SECONDS = 0.5


class ProgressDisplay:
    """Shows the phases of a run, one after the other.

    Args:
        console: where to; a terminal gets a live display, anything else a line now and then.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, text: str) -> None:
        """Print one line."""
        self._console.print(escape(text), highlight=False, soft_wrap=True)

    @contextmanager
    def phase(self, title: str, total: float, *, in_seconds: bool = False) -> Iterator[Advance]:
        """Enter a phase; yields what tells how far it is.

        Args:
            title: its name.
            total: its length, in a unit of its own.
            in_seconds: whether that unit is seconds of time, so that what is left is known.
        """
        if self._console.is_terminal:
            with self._live(title, total, in_seconds) as advance:
                yield advance
        else:
            self.say(f"{title} ...")
            yield self._plain(title, total, in_seconds)

    @contextmanager
    def _live(self, title: str, total: float, in_seconds: bool) -> Iterator[Advance]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[left]}"),
        )
        progress = Progress(*columns, console=self._console)
        task = progress.add_task(escape(title), total=total, left="")
        below = Text(no_wrap=True, overflow="ellipsis")
        every = _Every(_LIVE_INTERVAL)

        def advance(done: float, remark: Callable[[], str]) -> None:
            left = f"{_clock(total - done)} left" if in_seconds else ""
            progress.update(task, completed=done, left=left)
            if every.is_due():
                below.plain = remark()

        both = Group(progress, below)
        with Live(both, console=self._console, refresh_per_second=5) as live:
            try:
                yield advance
            finally:
                progress.update(task, left="")
                live.update(progress)

    def _plain(self, title: str, total: float, in_seconds: bool) -> Advance:
        every = _Every(_PLAIN_INTERVAL)
        every.is_due()

        def advance(done: float, remark: Callable[[], str]) -> None:
            if every.is_due():
                share = f"{min(1.0, done / total):.0%}"
                left = f"{_clock(total - done)} left" if in_seconds else ""
                said = ", ".join(part for part in (share, left, remark()) if part)
                self.say(f"{title}: {said}")

        return advance


class _Every:
    """Tells whether it is time again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = 0.0

    def is_due(self) -> bool:
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + self._seconds
        return True


class LiveSummary:
    """Is shown the requests as they end, and forgets what is past."""

    def __init__(self) -> None:
        self._recent: deque[Record] = deque()
        self._failed = 0

    def add(self, records: Sequence[Record]) -> None:
        """Take in requests that have ended since the last time."""
        self._failed += sum(record.outcome.failed for record in records)
        self._recent.extend(records)
        # Records come in batches, those of one process after those of another.
        since = now() - RECENT_SECONDS - _DISORDER_SECONDS
        while self._recent and self._recent[0].end < since:
            self._recent.popleft()

    def remark(self, step: str, elapsed: float, lag: float | None) -> str:
        """Return the stage, and what its traffic looks like.

        Args:
            step: name of the stage.
            elapsed: seconds since the traffic began.
            lag: how late the loop has been lately, in seconds; None where there is no loop.
        """
        since = now() - RECENT_SECONDS
        good = [each for each in self._recent if each.end >= since and each.outcome is Outcome.OK]
        p99 = latency_of([each.latency for each in good]).p99 * 1000
        rate = len(good) / min(RECENT_SECONDS, max(elapsed, 1.0))
        words = [
            step,
            f"{rate:,.1f} req/s",
            f"p99 {p99:,.1f} ms" if good else f"no answer for {RECENT_SECONDS:.0f} s",
            f"{self._failed:,} failed",
        ]
        if lag is not None:
            words.append(f"loop lag {lag * 1000:,.1f} ms")
        return ", ".join(words)


def _clock(seconds: float) -> str:
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, _DAY_CLOCK)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
