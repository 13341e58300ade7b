"""How far a run has come: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from locust_qdrant.records import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import Console

    from locust_qdrant.records import Record

    #: Called with how much is done, in the unit of the phase, and a remark.
    Advance = Callable[[float, str], None]

_PLAIN_INTERVAL = 5.0
_RECENT_SECONDS = 1.0


class ProgressDisplay:
    """Shows the phases of a run, one after the other.

    Args:
        console: where to; a terminal gets a live display, anything else a line now and then.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, text: str) -> None:
        """Print one line."""
        self._console.print(escape(text), highlight=False)

    @contextmanager
    def phase(self, title: str, total: float) -> Iterator[Advance]:
        """Enter a phase of length `total`; yields what tells how far it is."""
        if self._console.is_terminal:
            with self._live(title, total) as advance:
                yield advance
        else:
            self.say(f"{title} ...")
            yield self._plain(title, total)

    @contextmanager
    def _live(self, title: str, total: float) -> Iterator[Advance]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[remark]}"),
        )
        with Progress(*columns, console=self._console) as progress:
            task = progress.add_task(escape(title), total=total, remark="")
            yield lambda done, remark: progress.update(task, completed=done, remark=remark)

    def _plain(self, title: str, total: float) -> Advance:
        last = time.monotonic()

        def advance(done: float, remark: str) -> None:
            nonlocal last
            if time.monotonic() - last >= _PLAIN_INTERVAL:
                last = time.monotonic()
                self.say(f"{title}: {min(1.0, done / total):.0%} {remark}".rstrip())

        return advance


def remark_on(records: Sequence[Record]) -> str:
    """Return what the traffic of the last second looks like, in a few words."""
    since = now() - _RECENT_SECONDS
    recent: list[Record] = []
    for record in reversed(records):
        if record.end < since:
            break
        recent.append(record)
    failed = sum(record.outcome.failed for record in recent)
    if not recent:
        return "0 req/s"
    slowest = max(record.seconds for record in recent) * 1000
    return f"{len(recent):,} req/s, {failed:,} failed, slowest {slowest:,.0f} ms"
