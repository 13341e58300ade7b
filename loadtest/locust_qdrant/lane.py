"""One path of a run: its own collection, its own books, and its turns of traffic."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from locust_qdrant import pacing
from locust_qdrant.aio.failures import SERVER_FAILURES, describe
from locust_qdrant.control.crowd import crowd
from locust_qdrant.control.merging import in_turn
from locust_qdrant.control.messages import Job
from locust_qdrant.ledger import Audit, Ledger, audit
from locust_qdrant.operations import mix
from locust_qdrant.operations.crew import Crew
from locust_qdrant.probe.loop_lag import summarise
from locust_qdrant.report.pulse import Pulse
from locust_qdrant.results import PathResult
from locust_qdrant.target.collection import Collection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qdrant_client import QdrantClient

    from locust_qdrant.aio.clients import ClientSettings
    from locust_qdrant.control.driven import Driven, Moment
    from locust_qdrant.records import Record
    from locust_qdrant.report.progress import Advance, ProgressDisplay
    from locust_qdrant.workload.model import Load, Workload

    #: Called with the path's name and its new records, ten times a second.
    Stream = Callable[[str, Sequence[Record]], None]


@dataclass(frozen=True)
class Setting:
    """What all lanes of a run share.

    Attributes:
        workload: what is asked.
        settings: how the clients are made.
        client: a working client for all that is not traffic.
        display: where progress goes.
        stream: where records go while the traffic runs.
        processes: number of processes that share the load of a lane.
    """

    workload: Workload
    settings: ClientSettings
    client: QdrantClient
    display: ProgressDisplay
    stream: Stream
    processes: int = 1


class Lane:
    """One path, `async` or `sync`.

    Args:
        path: its name.
        setting: what it shares with the other one.
        collection: name of its collection.

    Attributes:
        path: its name.
        notes: what a reader should know besides, one sentence each.
        turns: what each turn left behind.
    """

    def __init__(self, path: str, setting: Setting, collection: str) -> None:
        self.path = path
        self.notes: list[str] = []
        self._setting = setting
        self._display = setting.display
        workload = setting.workload
        run_id = secrets.randbits(63)
        self._crew = Crew(workload, collection, workers=setting.processes, run_id=run_id)
        self._collection = Collection(
            setting.client, workload.collection, collection, self._crew.ledger
        )
        jobs = [
            Job(path, workload, setting.settings, collection, run_id, worker, setting.processes)
            for worker in range(setting.processes)
        ]
        self._crowd = crowd(jobs, self._crew)
        self.turns: list[Driven] = []

    def open(self) -> None:
        """Create and fill the collection, and get ready for the traffic.

        Raises:
            UsageError: the server does not let us, or a process cannot be started.
        """
        self._collection.open()
        points = self._setting.workload.collection.points
        if points:
            title = f"Filling the collection for the {self.path} path"
            with self._display.phase(title, points) as show:
                self._collection.fill(self._crew.filling(), _counting(show))
            self._display.say("Waiting until the collection is indexed ...")
            note = self._collection.wait_until_ready()
        else:
            note = "The collection was empty when the traffic began."
        if note:
            self.notes.append(note)
        self._crowd.start()

    def drive(self, load: Load) -> bool:
        """Let the traffic of one turn run; tell whether it ran to its end."""
        with self._display.phase(
            f"Traffic, {self.path} path", load.seconds, in_seconds=True
        ) as show:
            watcher = _Watcher(self.path, load, show, self._setting.stream)
            driven = self._crowd.drive(load, watcher.watch)
        self.turns.append(driven)
        return driven.complete

    def result(self) -> PathResult:
        """Read back what was acknowledged, and return all that is known of this path."""
        whole = in_turn(self.turns)
        return PathResult(
            path=self.path,
            expected=tuple(operation.name for operation, _ in mix(self._setting.workload)),
            traffic=whole.traffic,
            lag=summarise(list(whole.traffic.lag)) if self.path == "async" else None,
            audit=self._read_back(),
            recall=whole.recall,
            leftovers=whole.leftovers,
            thresholds=self._setting.workload.thresholds,
        )

    def _read_back(self) -> Audit | None:
        ledger = self._collection.ledger = Ledger.merge([self._crew.ledger, *self._crowd.finish()])
        total = len(ledger.points())
        try:
            with self._display.phase(f"Reading back, {self.path} path", max(1, total)) as show:
                readings = self._collection.read_back(_counting(show))
                return audit(ledger, readings, self._crew.dataset)
        except KeyboardInterrupt:
            return None
        except SERVER_FAILURES as error:
            return Audit.unread(ledger, f"reading back failed: {describe(error)}")

    def close(self) -> None:
        """Remove what was created."""
        self._crowd.end()
        if self._crowd.losses and self._setting.workload.collection.use_existing:
            self.notes.append(
                f"Points that a lost process wrote are still in the collection "
                f"{self._collection.name!r}."
            )
        problem = self._collection.close()
        if problem:
            self.notes.append(problem)


class _Watcher:
    """Passes on what the traffic shows: new records to the stream, and a remark to the display."""

    def __init__(self, path: str, load: Load, show: Advance, stream: Stream) -> None:
        self._path = path
        self._load = load
        self._show = show
        self._stream = stream
        self._pulse = Pulse()
        self._streamed = 0

    def watch(self, moment: Moment) -> None:
        new = moment.records[self._streamed :]
        if new:
            self._streamed += len(new)
            self._stream(self._path, new)
        self._show(moment.elapsed, lambda: self._remark(moment))

    def _remark(self, moment: Moment) -> str:
        step = pacing.stage_at(self._load.stages, moment.elapsed).name
        lag = moment.lag if self._path == "async" else None
        return self._pulse.remark(step, moment.elapsed, moment.records, lag)


def _counting(show: Advance) -> Callable[[int], None]:
    """Return a counter that adds up parts and shows their sum."""
    done = 0

    def add(part: int) -> None:
        nonlocal done
        done += part
        show(done, str)

    return add
