"""How late an event loop runs what is due."""

from __future__ import annotations

import asyncio
import math
import time
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_INTERVAL = 0.005

#: A person notices an answer that comes this much later.
LATE_SECONDS = 0.1


class LagSummary(NamedTuple):
    """Lag of an event loop over a span of time; lags in seconds.

    Attributes:
        ticks: number of samples.
        p50: half of the time, a callback that is due waits no longer than this.
        p99: 99 % of the time, no longer than this.
        worst: the longest wait.
        late: share of the time, 0 to 1, in which it waits longer than `LATE_SECONDS`.
    """

    ticks: int
    p50: float
    p99: float
    worst: float
    late: float


class LoopLag:
    """A ticker on an event loop, which notes how late each tick comes.

    A callback that blocks the loop for 200 ms delays one tick, but anything that became due in
    those 200 ms had to wait. So a late tick also counts the ticks that it swallowed, each with the
    wait that it would have had; percentiles are then over time, not over ticks.

    Args:
        interval: seconds between two ticks.
        on_tick: called at the start and with each tick, with the moment at which the next one is
            due, on `time.perf_counter`.
    """

    def __init__(
        self,
        interval: float = DEFAULT_INTERVAL,
        on_tick: Callable[[float], None] | None = None,
    ) -> None:
        self.interval = interval
        self._on_tick = on_tick
        # One number a tick, and all else when it is asked for: a tick must cost next to nothing.
        self._late = array("d")
        self._starts: list[tuple[int, float]] = []
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start ticking on the running loop.

        Raises:
            RuntimeError: no event loop runs in this thread.
        """
        loop = asyncio.get_running_loop()
        self._due = time.perf_counter() + self.interval
        self._starts.append((len(self._late), self._due))
        self._schedule(loop)

    def stop(self) -> None:
        """Stop ticking; call it on the same loop. The samples stay."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def samples(self) -> list[float]:
        """Return the lags so far, in seconds; safe from any thread."""
        return self.since(0)[0]

    def since(self, tick: int) -> tuple[list[float], int]:
        """Return the lags from a tick on, in seconds, and the number of ticks; from any thread."""
        late = self._late[tick:]
        found: list[float] = []
        for lag in late:
            if 0.0 <= lag < self.interval:
                found.append(lag)
            else:
                found.extend(waits(lag, self.interval))
        return found, tick + len(late)

    def timeline(self) -> list[tuple[float, float]]:
        """Return when each tick was due, on `time.perf_counter`, and its lag; from any thread."""
        starts = dict(self._starts)
        found: list[tuple[float, float]] = []
        due = 0.0
        for number, lag in enumerate(self._late[:]):
            due = starts.get(number, due)
            swallowed = enumerate(waits(lag, self.interval))
            found.extend((due + tick * self.interval, wait) for tick, wait in swallowed)
            # The next one is due an interval after this one came.
            due += lag + self.interval
        return found

    def latest(self, count: int) -> list[float]:
        """Return the last `count` lags, in seconds; safe from any thread."""
        return self.since(max(0, len(self._late) - count))[0][-count:]

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = loop.call_later(self.interval, self._tick, loop)
        if self._on_tick is not None:
            self._on_tick(self._due)

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        now = time.perf_counter()
        self._late.append(now - self._due)
        self._due = now + self.interval
        self._schedule(loop)


def waits(lag: float, interval: float) -> list[float]:
    """Return the wait of a tick that came `lag` seconds late, and of each that it swallowed."""
    lag = max(0.0, lag)
    swallowed = math.floor(lag / interval)
    return [lag - tick * interval for tick in range(swallowed + 1)]


def summarise(samples: list[float]) -> LagSummary:
    """Return the percentiles of `samples`, lags in seconds; all zero when there are none."""
    if not samples:
        return LagSummary(0, 0.0, 0.0, 0.0, 0.0)
    ordered = sorted(samples)
    late = len(ordered) - bisect_right(ordered, LATE_SECONDS)
    return LagSummary(
        ticks=len(ordered),
        p50=_percentile(ordered, 0.50),
        p99=_percentile(ordered, 0.99),
        worst=ordered[-1],
        late=late / len(ordered),
    )


def _percentile(ordered: list[float], fraction: float) -> float:
    return ordered[max(0, math.ceil(fraction * len(ordered)) - 1)]
