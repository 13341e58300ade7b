"""One path of a run: its own collection, its own books, and its turns of traffic."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from locust_qdrant.client.failures import SERVER_FAILURES, describe
from locust_qdrant.config import pacing
from locust_qdrant.config.dataset import RUN, run_name
from locust_qdrant.ledger import Audit, Ledger, audit
from locust_qdrant.metrics.requests import Requests
from locust_qdrant.metrics.results import PathResult
from locust_qdrant.probe.loop_lag import summarise
from locust_qdrant.report.progress import LiveSummary
from locust_qdrant.runs.configuration import PATIENCE_SECONDS
from locust_qdrant.runs.generators import generators
from locust_qdrant.runs.merging import in_turn
from locust_qdrant.runs.messages import Job
from locust_qdrant.targets.qdrant import mix
from locust_qdrant.targets.qdrant.collection import RunCollection
from locust_qdrant.targets.qdrant.readiness import notes_on_change
from locust_qdrant.targets.qdrant.target import QdrantTargetSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qdrant_client import QdrantClient

    from locust_qdrant.client.factory import ClientSettings
    from locust_qdrant.config.model import Load, Threshold, Workload
    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.results import Progress, SegmentResult
    from locust_qdrant.report.progress import Advance, ProgressDisplay
    from locust_qdrant.targets.qdrant.readiness import CollectionState

    #: Called with the path's name and its new records, ten times a second.
    Stream = Callable[[str, Sequence[Record]], None]


@dataclass(frozen=True)
class PathSetting:
    """What all path runs of a run share.

    Attributes:
        workload: what is asked.
        settings: how the clients are made.
        client: a working client for all that is not traffic.
        display: where progress goes.
        stream: where records go while the traffic runs.
        processes: number of processes that share the load of a path run.
        patience: seconds without a word from one of them, after which it is given up.
    """

    workload: Workload
    settings: ClientSettings
    client: QdrantClient
    display: ProgressDisplay
    stream: Stream
    processes: int = 1
    patience: float = PATIENCE_SECONDS


class PathRun:
    """One path, `async` or `sync`.

    Args:
        path: its name.
        setting: what it shares with the other one.
        collection: name of its collection.

    Attributes:
        path: its name.
        notes: what a reader should know besides, one sentence each.
        turns: what each turn left behind.
        left_behind: what could not be removed from the server, in words.
    """

    def __init__(self, path: str, setting: PathSetting, collection: str) -> None:
        self.path = path
        self.notes: list[str] = []
        self._setting = setting
        self._display = setting.display
        workload = setting.workload
        run_id = secrets.randbits(63)
        self._run_name = run_name(run_id)
        spec = QdrantTargetSpec(workload, collection, run_id)
        target = spec.build(0, setting.processes)
        self._state = target.state
        self._collection = RunCollection(
            setting.client, workload.collection, collection, self._state.ledger
        )
        jobs = [
            Job(path, spec, workload.seed, setting.settings, worker, setting.processes)
            for worker in range(setting.processes)
        ]
        self._generators = generators(jobs, target, setting.patience)
        self.turns: list[SegmentResult] = []
        self.left_behind = ""
        self._cut_short = False
        self._before: CollectionState | None = None

    def open(self) -> None:
        """Create and fill the collection, and get ready for the traffic.

        Raises:
            UsageError: the server does not let us, or a process cannot be started.
        """
        self._collection.open()
        spec = self._setting.workload.collection
        if spec.use_existing and spec.write:
            self.notes.append(
                f"Points of this run have ids that begin with {self._run_name}, and "
                f"`{RUN}` in their payload; what is left of it, {self._cleanup()} finds."
            )
            self._display.say(f"Writes to {self._collection.name!r} as run {self._run_name}.")
        if spec.points:
            title = f"Filling the collection for the {self.path} path"
            with self._display.phase(title, spec.points) as show:
                self._collection.fill(self._state.filling(), _counting(show))
            self._display.say("Waiting until the collection is indexed ...")
            note = self._collection.wait_until_ready()
        elif spec.use_existing:
            note = self._collection.wait_until_ready()
        else:
            note = "The collection was empty when the traffic began."
        if note:
            self.notes.append(note)
        self._before = self._state_of_collection()
        self._generators.start()

    def drive(self, load: Load) -> bool:
        """Let the traffic of one turn run; tell whether it ran to its end."""
        with self._display.phase(
            f"Traffic, {self.path} path", load.seconds, in_seconds=True
        ) as show:
            keeps = bool(self._setting.workload.checks)
            watcher = Watcher(self.path, load, show, self._setting.stream, keeps=keeps)
            segment = watcher.complete(self._generators.drive(load, watcher.watch))
        self.turns.append(segment)
        return segment.complete

    def result(self) -> PathResult:
        """Read back what was acknowledged, and return all that is known of this path."""
        after = self._state_of_collection()
        found = self._result(self._read_back())
        during = set(found.recall.statuses) if found.recall is not None else set()
        self.notes += notes_on_change(self._before, during, after)
        return found

    def so_far(self) -> PathResult:
        """Return what is known of this path, which is cut short."""
        self._cut_short = True
        self._collection.hurry()
        return self._result(None)

    def _state_of_collection(self) -> CollectionState | None:
        with suppress(*SERVER_FAILURES):
            return self._collection.state()
        return None

    def _result(self, audited: Audit | None) -> PathResult:
        whole = in_turn(self.turns)
        traffic = replace(
            whole.traffic,
            interrupted=whole.traffic.interrupted or self._cut_short,
            task_errors=[*whole.traffic.task_errors, *self._generators.losses],
        )
        return PathResult(
            path=self.path,
            expected=tuple(operation.name for operation, _ in mix(self._setting.workload)),
            traffic=traffic,
            lag=summarise(list(traffic.lag)) if self.path == "async" else None,
            audit=audited,
            recall=whole.recall,
            leftovers=whole.leftovers,
            thresholds=thresholds_for(self.path, self._setting.workload),
            answers=whole.answers,
        )

    def _read_back(self) -> Audit | None:
        ledger = self._state.ledger
        try:
            ledger = self._collection.ledger = Ledger.merge([ledger, *self._generators.finish()])
            losses = self._generators.losses
            total = len(ledger.points())
            with self._display.phase(f"Reading back, {self.path} path", max(1, total)) as show:
                readings = self._collection.read_back(_counting(show), phantoms=not losses)
                found = audit(ledger, readings, self._state.dataset)
        except KeyboardInterrupt:
            self._cut_short = True
            self._collection.hurry()
            return None
        except SERVER_FAILURES as error:
            return Audit.unread(ledger, f"reading back failed: {describe(error)}")
        return replace(found, unreadable="; ".join([*self._collection.unreadable(), *losses]))

    def close(self) -> None:
        """Remove what was created."""
        self._generators.end()
        if self._generators.losses and self._setting.workload.collection.use_existing:
            self.notes.append(
                f"Points that a lost process wrote are still in the collection "
                f"{self._collection.name!r}."
            )
        self.left_behind = self._collection.close()
        self.notes += self._collection.notes()
        if self.left_behind:
            self.left_behind += f" (find it with {self._cleanup()})"
            self.notes.append(f"Not everything was removed: {self.left_behind}.")

    def _cleanup(self) -> str:
        return f"`locust-qdrant cleanup {self._run_name} --collection {self._collection.name}`"


def thresholds_for(path: str, workload: Workload) -> tuple[Threshold, ...]:
    """Return the limits of a path: of two, the one without an event loop has none of a loop."""
    if path == "async" or workload.path != "both":
        return workload.thresholds
    return tuple(
        each for each in workload.thresholds if not each.figure.startswith(("loop.", "heartbeat."))
    )


class Watcher:
    """Takes in what the traffic of one turn shows, and passes it on to the stream and the display.

    Args:
        path: name of the path.
        load: what is driven.
        show: where progress goes.
        stream: where new records go.
        keeps: whether the records are kept, for checks of the user's own.
    """

    def __init__(
        self, path: str, load: Load, show: Advance, stream: Stream, *, keeps: bool = False
    ) -> None:
        self._path = path
        self._load = load
        self._show = show
        self._stream = stream
        self._summary = LiveSummary()
        self._requests: Requests | None = None
        self._kept: list[Record] | None = [] if keeps else None

    def watch(self, progress: Progress) -> None:
        """Take in how it goes."""
        if self._requests is None:
            self._requests = _requests_of(self._load, progress.begin)
        new = progress.records
        if new:
            for record in new:
                self._requests.record(record)
            if self._kept is not None:
                self._kept.extend(new)
            self._summary.add(new)
            self._stream(self._path, new)
        self._show(progress.elapsed, lambda: self._remark(progress))

    def complete(self, segment: SegmentResult) -> SegmentResult:
        """Return what happened in the turn, with the requests that were seen."""
        requests = self._requests or Requests()
        phases = [
            replace(phase, succeeded=requests.of_step(phase.name).total.good)
            for phase in segment.traffic.phases
        ]
        traffic = replace(segment.traffic, records=self._kept or (), phases=phases, folded=requests)
        return replace(segment, traffic=traffic)

    def _remark(self, progress: Progress) -> str:
        step = pacing.stage_at(self._load.stages, progress.elapsed).name
        lag = progress.lag if self._path == "async" else None
        return self._summary.remark(step, progress.elapsed, lag)


def _requests_of(load: Load, begin: float) -> Requests:
    """Return what takes in the requests of `load`, which began at `begin`, in epoch seconds."""
    bounds = zip(load.stages, pacing.boundaries(load.stages), strict=False)
    return Requests(
        [stage.name for stage in load.stages if not stage.measured],
        [begin + bound for stage, bound in bounds if stage.measured],
    )


def _counting(show: Advance) -> Callable[[int], None]:
    """Return a counter that adds up parts and shows their sum."""
    done = 0

    def add(part: int) -> None:
        nonlocal done
        done += part
        show(done, str)

    return add
