"""One record a request: every figure, check and statistic is computed from these."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum

# Adding one fixed offset keeps the clock monotonic, and lets records of several workers be merged.
_EPOCH = time.time() - time.perf_counter()


def now() -> float:
    """Return seconds since the Unix epoch, from a clock that never steps back in this process."""
    return at(time.perf_counter())


def at(moment: float) -> float:
    """Return what `time.perf_counter` said in this process as seconds since the Unix epoch."""
    return _EPOCH + moment


class Outcome(str, Enum):
    """How a request ended."""

    OK = "ok"
    #: The server or the client's code failed it.
    ERROR = "error"
    #: No answer came in time.
    TIMEOUT = "timeout"
    #: The server turned it away unread: overloaded, or not there.
    REFUSED = "refused"
    #: The virtual user was stopped while it waited: neither a success nor the server's failure.
    CANCELLED = "cancelled"
    #: The virtual user had waited as long as it wanted to, as the workload's `give_up` says.
    GAVE_UP = "gave up"

    # That of an enum is computed in Python, and each request is counted by its outcome.
    __hash__ = str.__hash__

    @property
    def abandoned(self) -> bool:
        """Whether the caller left before the answer came."""
        return self is Outcome.CANCELLED or self is Outcome.GAVE_UP

    @property
    def failed(self) -> bool:
        """Whether this counts as a failure."""
        return self is not Outcome.OK and not self.abandoned


@dataclass(frozen=True, slots=True)
class Stations:
    """Where the time of one request went: seconds at each of its stations, in their order.

    Together with the record's `loop_wait` they add up to its `seconds`. None stands for what the
    protocol or the transport does not tell; that time is part of `first_byte`.

    Attributes:
        encoding: making the request out of its arguments.
        pool: waiting for a place in the connection pool.
        connecting: opening a connection, TLS included; zero where one was there.
        sending: until the network had taken the request.
        first_byte: from then until the head of the answer was there: the way there and back, any
            queue in front of the server, and the server's own time.
        body: from the head of the answer to the end of its body.
        decoding: making objects out of the answer.
        transport: work of the HTTP or gRPC library on the loop, at any of these stations.
    """

    encoding: float | None = None
    pool: float | None = None
    connecting: float | None = None
    sending: float | None = None
    first_byte: float | None = None
    body: float | None = None
    decoding: float | None = None
    transport: float | None = None


@dataclass(slots=True)
class Record:
    """One request, as the caller saw it. Nobody changes one: to freeze it costs six times as much.

    Attributes:
        operation: name of the workload's operation, such as `query`; outside of a workload, that of
            the client's method.
        collection: name of the collection, empty for a call that names none.
        protocol: `REST` or `gRPC`; `HTTP` for a service under test.
        start: when the call was made, in seconds since the epoch; where its user was ready before
            and waited for the event loop, when it was.
        end: when it returned or raised, in seconds since the epoch.
        outcome: how it ended.
        error: one line that says why it failed, empty otherwise.
        response_bytes: size of the answer's body, zero when there was none.
        intended: when an open workload meant to make the call, in seconds since the epoch; None in
            a closed one, where a call is made when it is made.
        points: number of points that it wrote, or that came back.
        server_seconds: what the server says it took, None where it does not say.
        loop_wait: seconds in which the call could have begun or gone on, and waited for the event
            loop; where nobody followed it, could have begun.
        busy_seconds: seconds in which the call itself occupied its thread, by the clock; zero where
            nobody followed it.
        sends: number of requests on the wire; above one where the client tried again.
        step: name of the phase of the run in which it was made.
        worker: number of the process that made it.
        method: name of the client's method, such as `query_points`.
        stations: where its time went, None where nobody followed it: of many requests, one in so
            many is followed.
        status: status code of an HTTP service under test; zero where there was no answer, and for
            Qdrant, whose client does not tell.
    """

    operation: str
    collection: str
    protocol: str
    start: float
    end: float
    outcome: Outcome
    error: str = ""
    response_bytes: int = 0
    intended: float | None = None
    points: int = 0
    server_seconds: float | None = None
    loop_wait: float = 0.0
    busy_seconds: float = 0.0
    sends: int = 1
    step: str = ""
    worker: int = 0
    method: str = ""
    stations: Stations | None = None
    status: int = 0

    @property
    def seconds(self) -> float:
        """Service time: from the call to its end, in seconds."""
        return self.end - self.start

    @property
    def latency(self) -> float:
        """Time from when the call was meant to be made to its end, in seconds."""
        return self.end - (self.start if self.intended is None else self.intended)
