"""What happened during one call of a client, seen from inside that client.

An asynchronous call is driven step by step: it occupies the loop's thread from where it goes on to
where it waits again, and what lies between is network, server, or waiting for the loop. Both times
are by the clock, not by the processor: a step that the operating system interrupts counts in full.
The work that gRPC does in threads and tasks of its own is in neither.

A call is at one station at a time. Moving on settles what passed since the last move: the loop's
waits are taken out, work of the HTTP library is put together, and the rest is the station's. So the
parts add up to the whole.
"""

from __future__ import annotations

from contextvars import ContextVar
from time import perf_counter, thread_time
from types import coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from locust_qdrant.metrics.record import Stations

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    from locust_qdrant.client.turns import Turns

    T = TypeVar("T")

REST = "REST"
GRPC = "gRPC"


class Station:
    """Where a call is: the fields of `Stations`, by their place. No enum: those hash in Python."""

    ENCODING = 0
    POOL = 1
    CONNECTING = 2
    SENDING = 3
    FIRST_BYTE = 4
    BODY = 5
    DECODING = 6
    #: No call is here by itself: what the HTTP or gRPC library works meanwhile is put here.
    TRANSPORT = 7


_PLACES = range(Station.TRANSPORT + 1)


def telling(*stations: int) -> tuple[bool, ...]:
    """Return for each station whether a transport that tells of `stations` tells of it."""
    always = (Station.ENCODING, Station.FIRST_BYTE, Station.DECODING)
    return tuple(at in always or at in stations for at in _PLACES)


#: Where the client itself works; at the others, work is that of the library.
_OWN_WORK = tuple(at in {Station.ENCODING, Station.DECODING} for at in _PLACES)

#: What httpcore tells through its network backend.
EVERYTHING = telling(*_PLACES)
#: What every transport of httpx tells, whoever made it.
HEAD_AND_BODY = telling(Station.BODY, Station.TRANSPORT)
_LEAST = telling()


class Exchange:
    """Filled in while a call runs that nobody follows: what it sent, and what came back.

    Args:
        protocol: what its client prefers; a call that fails before it sends anything carries it.

    Attributes:
        began: when the call was made, by `time.perf_counter`.
        protocol: what it used.
        sends: number of requests that were handed to the network.
        response_bytes: size of what came back.
        server_seconds: what the server says it took, None where it did not say.
        is_followed: whether it notes its stations.
        busy: seconds in which the call occupied its thread; zero where it is not followed.
        waited: seconds in which it could have gone on and waited for its event loop; likewise.
    """

    __slots__ = ("began", "protocol", "response_bytes", "sends", "server_seconds")

    is_followed = False
    busy = 0.0
    waited = 0.0

    def __init__(self, protocol: str) -> None:
        self.protocol = protocol
        self.sends = 0
        self.response_bytes = 0
        self.server_seconds: float | None = None
        self.began = perf_counter()

    def sent(self, protocol: str) -> None:
        """Note that a request was handed to the network."""
        self.protocol = protocol
        self.sends += 1

    def answered(self, seconds: object) -> None:
        """Note what an answer says of the time that the server took."""
        if isinstance(seconds, float):
            self.server_seconds = (self.server_seconds or 0.0) + seconds

    def end(self) -> float:
        """Note that the call is over, and return when that was, by `time.perf_counter`."""
        return perf_counter()

    def stations(self) -> Stations | None:
        """Return where the time of a call that is over went, None where nobody followed it."""
        return None


class FollowedExchange(Exchange):
    """Filled in while a blocking call runs in its thread, and is followed.

    Args:
        protocol: what its client prefers.
        clock: seconds by which its work is measured.

    Attributes:
        station: where the call is.
        told: for each station, whether its transport tells of it.
    """

    __slots__ = (
        "_busy_then",
        "_clock",
        "_parts",
        "_resumed",
        "_then",
        "_waited_then",
        "busy",
        "station",
        "told",
        "waited",
    )

    is_followed = True

    def __init__(self, protocol: str, clock: Callable[[], float] = thread_time) -> None:
        super().__init__(protocol)
        self.busy = 0.0
        self.waited = 0.0
        self.station = Station.ENCODING
        self.told = _LEAST
        self._parts = [0.0] * len(_PLACES)
        self._busy_then = self._waited_then = 0.0
        self._then = self.began
        self._clock = clock
        self._resumed = clock()

    def move(self, station: int) -> None:
        """Note that the call is at `station` from now on."""
        self._settle(station, perf_counter(), self._clock() - self._resumed)

    def _settle(self, station: int, now: float, busy: float) -> None:
        passed = now - self._then - (self.waited - self._waited_then)
        at = self.station
        if _OWN_WORK[at]:
            self._parts[at] += passed
        else:
            worked = min(busy - self._busy_then, passed)
            self._parts[at] += passed - worked
            self._parts[Station.TRANSPORT] += worked
        self.station = station
        self._then, self._busy_then, self._waited_then = now, busy, self.waited

    def end(self) -> float:
        """Note that the call is over, and return when that was, by `time.perf_counter`."""
        self.move(self.station)
        self.busy = self._busy_then
        return self._then

    def stations(self) -> Stations:
        """Return where the time of a call that is over went."""
        parts, told = self._parts, self.told
        if told is EVERYTHING:
            return Stations(*parts)
        parts[Station.FIRST_BYTE] += sum(parts[at] for at in _PLACES if not told[at])
        return Stations(*(parts[at] if told[at] else None for at in _PLACES))

    def go_on(self, *, ready: bool = False) -> None:
        """Note that the call goes on; in a thread it never stopped."""

    def pause(self, *, ready: bool) -> None:
        """Note that the call stops; in a thread it does not."""


class LoopExchange(FollowedExchange):
    """Filled in while an asynchronous call runs on its loop, and is followed.

    Args:
        protocol: what its client prefers.
        turns: those of the loop; None where nobody watches them.
    """

    __slots__ = ("_ready", "_since", "_turns")

    def __init__(self, protocol: str, turns: Turns | None = None) -> None:
        super().__init__(protocol, perf_counter)
        self._turns = turns
        self._since = self._then
        self._ready = True

    def move(self, station: int) -> None:
        """Note that the call is at `station` from now on."""
        now = perf_counter()
        # Between two steps nobody works.
        self._settle(station, now, self.busy + (now - self._resumed if self._resumed else 0.0))

    def go_on(self, *, ready: bool = False) -> None:
        """Note that the call goes on.

        Args:
            ready: it waited for nothing but its turn, as it turns out.
        """
        moment = perf_counter()
        if ready or self._ready or self._turns is None:
            self.waited += moment - self._since
        else:
            self.waited += self._turns.waited(self._since, moment)
        self._resumed = moment

    def pause(self, *, ready: bool) -> None:
        """Note that the call stops.

        Args:
            ready: it waits for nothing but its next turn.
        """
        self._since = perf_counter()
        self.busy += self._since - self._resumed
        self._resumed = 0.0
        self._ready = ready


#: The call that runs in this task or thread, None outside of one.
current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


@coroutine
def in_steps(call: Coroutine[Any, Any, T], seen: LoopExchange) -> Generator[Any, Any, T]:
    """Await `call`, and note in `seen` how long its steps take and how late they come."""
    advance, argument = call.send, None
    while True:
        try:
            waits_for = advance(argument)
        except StopIteration as end:
            seen.pause(ready=True)
            result: T = end.value
            return result
        except BaseException:
            seen.pause(ready=True)
            raise
        # A bare yield asks for another turn; everything else is a future.
        seen.pause(ready=waits_for is None)
        try:
            argument = yield waits_for
        except GeneratorExit:
            call.close()
            raise
        except BaseException as error:  # noqa: BLE001 - whatever is thrown in belongs to the call
            advance, argument = call.throw, error
        else:
            advance = call.send
        seen.go_on()
