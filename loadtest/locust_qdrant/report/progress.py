"""How far a run has come: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    #: Called with how much is done, in the unit of the phase, and what makes a remark.
    Advance = Callable[[float, Callable[[], str]], None]

_PLAIN_INTERVAL = 5.0
#: A person reads no faster, and every remark takes time from the loop that is measured.
_LIVE_INTERVAL = 0.5
_DAY_CLOCK = 3600


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


def _clock(seconds: float) -> str:
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, _DAY_CLOCK)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
