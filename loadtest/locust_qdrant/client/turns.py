"""How long something that could go on waited for its event loop.

A loop works in turns: it asks the operating system once which answers are there, then runs
everything that is due. An answer that arrives in the middle of a turn waits for the next one, and
there for its place in it. Nobody tells when it arrived, only that it came after the loop had asked
for the last turn and before it asked for this one; the middle of the two is taken. So one wait is
right to half of a turn, and the mean of many is right if answers come evenly.
"""

from __future__ import annotations

import asyncio
from time import perf_counter
from weakref import WeakKeyDictionary

from locust_qdrant.client.sampling import Sampling

#: What a timer may be late on an idle loop: uvloop's timers are whole milliseconds.
_SLACK = 0.002
_TICK = 0.005


class Turns:
    """The turns of one event loop, seen by whoever lives on it; costs nothing at rest.

    A callback that asks to be called again comes first in the next turn, and so sees where it
    begins. It runs only while recorded calls do, and lets the loop rest otherwise. A timer sees the
    turns in which no recorded call took part but somebody else held the loop.

    Args:
        loop: the loop; everything else is to be called on it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._sampling = Sampling()
        self._follows = False
        self._used = False
        # asyncio's own loops read from sockets in one turn and wake who waits in the next; uvloop
        # does both in one.
        self._wakes_late = isinstance(loop, asyncio.BaseEventLoop)
        self._earlier = 0.0
        self._previous = 0.0
        self._opened = 0.0
        self._under_way = 0
        self._due = 0.0
        self._ticks = False

    def follows(self) -> bool:
        """Tell whether a call that begins now is followed; if it is, `leave` has to end it."""
        if not self._sampling.takes(perf_counter()):
            return False
        self.enter()
        return True

    def enter(self) -> None:
        """Note that a call begins that is followed."""
        self._under_way += 1
        if not self._ticks:
            self._ticks = True
            self._tick_later()

    def leave(self) -> None:
        """Note that it ended."""
        self._under_way -= 1

    def waited(self, since: float, moment: float) -> float:
        """Return how long what goes on at `moment` had waited for the loop.

        Args:
            since: when it began to wait for its answer, by `time.perf_counter`.
            moment: when it goes on, that is, now.
        """
        self._used = True
        if not self._follows:
            self._follow(self._due if moment > self._due + _SLACK else moment, moment)
        earliest, latest = self._previous, self._opened
        if self._wakes_late:
            earliest, latest = self._earlier, earliest
        return moment - (max(earliest, since) + max(latest, since)) / 2

    def _follow(self, previous: float, opened: float) -> None:
        self._earlier, self._previous, self._opened = previous, previous, opened
        self._follows = True
        self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        moment = perf_counter()
        held = moment > self._opened + _SLACK
        self._earlier, self._previous, self._opened = self._previous, self._opened, moment
        self._follows = self._used or held
        self._used = False
        if self._follows:
            self._loop.call_soon(self._turn)

    def _tick_later(self) -> None:
        self._due = perf_counter() + _TICK
        self._loop.call_later(_TICK, self._tick)

    def _tick(self) -> None:
        moment = perf_counter()
        if moment > self._due + _SLACK and not self._follows:
            self._follow(self._due, moment)
        self._ticks = self._under_way > 0
        if self._ticks:
            self._tick_later()


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, Turns] = WeakKeyDictionary()


def turns_of(loop: asyncio.AbstractEventLoop) -> Turns:
    """Return what watches the turns of `loop`; to be called on it."""
    turns = _turns.get(loop)
    if turns is None:
        turns = _turns[loop] = Turns(loop)
    return turns
