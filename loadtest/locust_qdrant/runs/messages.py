"""What a run and its generator processes say to each other over a pipe."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from locust_qdrant.metrics.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

    from locust_qdrant.config.model import Load
    from locust_qdrant.ledger import Ledger
    from locust_qdrant.metrics.results import SegmentResult
    from locust_qdrant.targets.interface import ClientFactory, Target, TargetSpec

_ALIVE_SECONDS = 0.5

# A record of a class with slots takes ten times as long to pickle as its values do, and that time
# would be taken from the loop that is measured.
_values = attrgetter(*(field.name for field in fields(Record)))


@dataclass(frozen=True)
class Job:
    """What a generator process is made for.

    Attributes:
        path: `async` or `sync`.
        spec: what the target is made from.
        seed: where chance begins.
        settings: how the client is made.
        worker: number of the process, from zero.
        workers: number of processes.
    """

    path: str
    spec: TargetSpec
    seed: int
    settings: ClientFactory
    worker: int
    workers: int

    def target(self) -> Target:
        """Return what the virtual users of this process drive."""
        return self.spec.build(self.worker, self.workers)


class Drive(NamedTuple):
    """To a process: get ready for this load, say `Ready`, and wait for `Begin`."""

    load: Load


class Begin(NamedTuple):
    """To a process: begin at this moment, in seconds since the epoch."""

    at: float


class Stop(NamedTuple):
    """To a process: end the traffic before its time."""


class Finish(NamedTuple):
    """To a process: say every `LedgerPart`, and end."""


class Ready(NamedTuple):
    """From a process: it waits for the next message."""


class Batch(NamedTuple):
    """From a process: what happened since the last batch.

    Attributes:
        rows: the values of the records.
        lag: the worst lag of the loop since about a second, in seconds.
    """

    rows: Sequence[tuple[Any, ...]]
    lag: float

    def records(self) -> list[Record]:
        """Return the records."""
        return [Record(*row) for row in self.rows]


class Done(NamedTuple):
    """From a process: its traffic is over; the records went before."""

    segment: SegmentResult


class Alive(NamedTuple):
    """From a process: it is there, and has nothing to say."""


class LedgerPart(NamedTuple):
    """From a process: a part of what it wrote.

    Attributes:
        ledger: the books of some points.
        is_last: whether all of them are there now.
    """

    ledger: Ledger
    is_last: bool


class Failed(NamedTuple):
    """From a process: it cannot go on, for this reason, in one line."""

    reason: str


def batch(records: Sequence[Record], lag: float) -> Batch:
    """Return the message that carries `records`."""
    return Batch([_values(record) for record in records], lag)


class RunLink:
    """A process's end of the pipe to the run: one thread receives, any may send."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        """Send one message; raises `OSError` when the run is gone."""
        with self._lock:
            self._pipe.send(message)

    def receive(self) -> Any:  # noqa: ANN401 - one of the messages
        """Wait for the next message; raises `EOFError` when the run is gone."""
        return self._pipe.recv()

    def has_message(self) -> bool:
        """Tell whether the next message is there."""
        return self._pipe.poll()

    def stay_alive(self) -> None:
        """Say again and again that this process is there, until the run is gone."""
        with suppress(OSError):
            while True:
                self.send(Alive())
                time.sleep(_ALIVE_SECONDS)
