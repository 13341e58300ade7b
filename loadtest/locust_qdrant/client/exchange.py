"""What happened during one call of a client, seen from inside that client.

An asynchronous call is driven step by step: it occupies the loop's thread from where it goes on to
where it waits again, and what lies between is network, server, or waiting for the loop. Both times
are by the clock, not by the processor: a step that the operating system interrupts counts in full.
The work that gRPC does in threads and tasks of its own is in neither.
"""

from __future__ import annotations

from contextvars import ContextVar
from time import perf_counter
from types import coroutine
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator

    from locust_qdrant.client.turns import Turns

    T = TypeVar("T")

REST = "REST"
GRPC = "gRPC"


class Exchange:
    """Filled in while a call runs.

    Args:
        protocol: what its client prefers; a call that fails before it sends anything carries it.
        turns: those of the loop that an asynchronous call runs on.

    Attributes:
        protocol: what it used.
        sends: number of requests that were handed to the network.
        response_bytes: size of what came back.
        server_seconds: what the server says it took, None where it did not say.
        busy: seconds in which an asynchronous call occupied its loop's thread.
        waited: seconds in which it could have gone on and waited for the loop.
    """

    __slots__ = (
        "_ready",
        "_since",
        "_turns",
        "busy",
        "protocol",
        "response_bytes",
        "sends",
        "server_seconds",
        "waited",
    )

    def __init__(self, protocol: str, turns: Turns | None = None) -> None:
        self.protocol = protocol
        self.sends = 0
        self.response_bytes = 0
        self.server_seconds: float | None = None
        self.busy = 0.0
        self.waited = 0.0
        self._turns = turns
        self._since = 0.0
        self._ready = True

    def sent(self, protocol: str) -> None:
        """Note that a request was handed to the network."""
        self.protocol = protocol
        self.sends += 1

    def answered(self, seconds: object) -> None:
        """Note what an answer says of the time that the server took."""
        if isinstance(seconds, float):
            self.server_seconds = (self.server_seconds or 0.0) + seconds

    def go_on(self) -> float:
        """Note that the call goes on, and return the moment."""
        moment = perf_counter()
        if self._ready or self._turns is None:
            self.waited += moment - self._since
        else:
            self.waited += self._turns.waited(self._since, moment)
        return moment

    def pause(self, began: float, *, ready: bool) -> None:
        """Note that the call, which went on at `began`, stops.

        Args:
            began: what `go_on` returned.
            ready: it waits for nothing but its next turn.
        """
        self._since = perf_counter()
        self.busy += self._since - began
        self._ready = ready


#: The call that runs in this task or thread, None outside of one.
current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


@coroutine
def in_steps(call: Coroutine[Any, Any, T], seen: Exchange) -> Generator[Any, Any, T]:
    """Await `call`, and note in `seen` how long its steps take and how late they come."""
    advance, argument = call.send, None
    began = perf_counter()
    while True:
        try:
            waits_for = advance(argument)
        except StopIteration as end:
            seen.pause(began, ready=True)
            result: T = end.value
            return result
        except BaseException:
            seen.pause(began, ready=True)
            raise
        # A bare yield asks for another turn; everything else is a future.
        seen.pause(began, ready=waits_for is None)
        try:
            argument = yield waits_for
        except GeneratorExit:
            call.close()
            raise
        except BaseException as error:  # noqa: BLE001 - whatever is thrown in belongs to the call
            advance, argument = call.throw, error
        else:
            advance = call.send
        began = seen.go_on()
