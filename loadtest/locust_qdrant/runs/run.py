"""One run, from the first look at the server to the reports: `locust-qdrant run`."""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from rich.console import Console

from locust_qdrant import config
from locust_qdrant.checks import load as load_checks
from locust_qdrant.checks.loading import load_answer_checks
from locust_qdrant.config.pacing import scaled
from locust_qdrant.errors import UsageError
from locust_qdrant.interrupts import exit_code, interruptible, uninterrupted
from locust_qdrant.metrics import provenance
from locust_qdrant.metrics.record import now
from locust_qdrant.metrics.record_file import RecordWriter
from locust_qdrant.metrics.results import Run
from locust_qdrant.report import writing
from locust_qdrant.report.contents import report_on
from locust_qdrant.report.progress import ProgressDisplay
from locust_qdrant.report.terminal import print_report
from locust_qdrant.runs.path_run import PathRun, PathSetting
from locust_qdrant.runs.server import reachable_server, send_log_to
from locust_qdrant.targets.qdrant.connection import connect, described
from locust_qdrant.targets.qdrant.existing import looked_up

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from locust_qdrant.config.model import Load, Workload
    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.results import PathResult, SegmentResult
    from locust_qdrant.report.outputs import Outputs
    from locust_qdrant.runs.configuration import Configuration

    #: Gets what was measured, with the address of the server, and returns notes for the report.
    Explain = Callable[[Configuration, ProgressDisplay], Sequence[str]]

#: The paths that each choice of `--path` runs.
PATHS: dict[str, tuple[str, ...]] = {
    "async": ("async",),
    "sync": ("sync",),
    "both": ("async", "sync"),
}

# With both paths, each gets its time in this many turns: a machine that slows down meanwhile then
# slows both.
_TURNS = 2


def run(configuration: Configuration, explain: Explain | None = None) -> int:
    """Run the traffic, print the report, write the others, and return the exit code.

    Args:
        configuration: what is asked.
        explain: asked for notes when the traffic is over, while the server is still there.

    Raises:
        UsageError: something that was asked for cannot be done; nothing is left behind.
    """
    _check(configuration.workload)
    # A check of the user's that cannot be loaded is told before the traffic, not after it.
    load_checks(configuration.workload.checks)
    load_answer_checks(configuration.workload.answer_checks)
    progress = Console(stderr=True)
    send_log_to(progress)
    display = ProgressDisplay(progress)
    with interruptible():
        try:
            with reachable_server(configuration.client, display) as client:
                reachable = replace(configuration, client=client)
                done = _measure(reachable, display)
                if explain is not None and not done.interrupted:
                    done = replace(done, notes=[*done.notes, *explain(reachable, display)])
        except KeyboardInterrupt:
            done = _header(configuration, configuration.client.describe())
        return conclude(done, configuration.outputs, allow_invalid=configuration.allow_invalid)


def conclude(done: Run, outputs: Outputs, *, allow_invalid: bool = False) -> int:
    """Judge a run, print the report, write the others, and return the exit code."""
    with uninterrupted():
        report = report_on(done, allow_invalid=allow_invalid)
        print_report(report, aside=outputs.stdout_taken)
        writing.write(report, outputs)
    if done.interrupted:
        return exit_code()
    return report.exit_code


def _check(workload: Workload) -> None:
    if workload.load.open and workload.path != "async":
        raise UsageError(
            f"path {workload.path!r} goes with users, not with an arrival rate: threads cannot "
            "begin requests while others wait. Leave out --path, or say --users instead."
        )
    if workload.load.give_up_seconds and workload.path != "async":
        raise UsageError(
            f"path {workload.path!r} has no callers that give up: a thread cannot be stopped while "
            "it waits. Leave out --path or --give-up."
        )


def _measure(configuration: Configuration, display: ProgressDisplay) -> Run:
    helper, version = connect(configuration.client)
    with ExitStack() as stack:
        stack.callback(helper.close)
        header = _header(configuration, described(version, configuration.client))
        stream = RecordStream(configuration.outputs.record, header)
        setting = PathSetting(
            configuration.workload,
            configuration.client,
            helper,
            display,
            stream.add,
            configuration.processes,
            configuration.patience,
        )
        path_runs = _path_runs(setting)
        turns = _TURNS if len(path_runs) > 1 else 1
        return measure(path_runs, configuration.workload.load, turns, header, stream)


class Drivable(Protocol):
    """One path of a run, whatever its target.

    Attributes:
        path: its name.
        notes: what a reader should know besides, one sentence each.
        turns: what each turn left behind.
        left_behind: what could not be removed from the server, in words.
    """

    path: str
    notes: list[str]
    turns: list[SegmentResult]
    left_behind: str

    def open(self) -> None:
        """Get ready for the traffic."""

    def drive(self, load: Load) -> bool:
        """Let the traffic of one turn run; tell whether it ran to its end."""

    def result(self) -> PathResult:
        """Return all that is known of this path; no turn follows."""

    def so_far(self) -> PathResult:
        """Return what is known of it without asking anybody, when it was interrupted."""

    def close(self) -> None:
        """Remove what was created."""


def measure(
    path_runs: Sequence[Drivable], load: Load, turns: int, header: Run, stream: RecordStream
) -> Run:
    """Return the run of these paths, which take turns.

    Args:
        path_runs: at least one.
        load: of each of them, altogether.
        turns: of each of them.
        header: what is known before.
        stream: where the records go.
    """
    paths: list[PathResult] = []
    refused: UsageError | None = None
    try:
        for path_run in path_runs:
            path_run.open()
        _take_turns(path_runs, load, turns)
        paths = [path_run.result() for path_run in path_runs]
    except KeyboardInterrupt:
        # What had begun is in the report; what was created goes in any case.
        paths = [path_run.so_far() for path_run in path_runs if path_run.turns]
    except UsageError as error:
        refused = error
    finally:
        with uninterrupted():
            for path_run in path_runs:
                path_run.close()
    if refused is not None:
        left = [each.left_behind for each in path_runs if each.left_behind]
        raise UsageError(f"{refused} Besides, {', and '.join(left)}.") if left else refused
    left_behind = {path_run.path: path_run.left_behind for path_run in path_runs}
    paths = [replace(each, left_behind=left_behind[each.path]) for each in paths]
    notes = together({path_run.path: path_run.notes for path_run in path_runs})
    stream.finish(replace(header, paths=paths, notes=notes))
    return replace(header, paths=paths, notes=[*notes, *filter(None, [stream.problem])])


def together(notes: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the notes on several paths as one list.

    What holds for all of them is said once, and what does not is said with the path's name.

    Args:
        notes: those on each path, by its name.
    """
    every = set.intersection(*map(set, notes.values()))
    said = (
        note if note in every else f"{path} path: {note}"
        for path, found in notes.items()
        for note in found
    )
    return list(dict.fromkeys(said))


def _header(configuration: Configuration, server: str) -> Run:
    """Return what is known before anything has happened."""
    return Run(
        title=_title(configuration.workload, configuration.processes),
        server=server,
        command=configuration.command,
        started=now(),
        versions=provenance.versions(),
        machine=provenance.machine(),
        workload=config.as_data(configuration.workload),
        paths=(),
    )


class RecordStream:
    """Where records go while the traffic runs: a file, if one was asked for.

    Attributes:
        problem: why the file is not whole, in one sentence; empty when it is.
    """

    def __init__(self, path: Path | None, header: Run) -> None:
        self.problem = ""
        self._path = path
        self._writer = None if path is None else RecordWriter(path)
        self._guarded(lambda writer: writer.begin(header))

    def add(self, path: str, records: Sequence[Record]) -> None:
        """Write the new records of a path."""
        self._guarded(lambda writer: writer.add(path, records))

    def finish(self, run: Run) -> None:
        """Write what is known in the end."""
        self._guarded(lambda writer: writer.finish(run))

    def _guarded(self, write: Callable[[RecordWriter], None]) -> None:
        # A disk that is full ends the file, not the run.
        if self._writer is None:
            return
        try:
            write(self._writer)
        except OSError as error:
            self._writer = None
            self.problem = (
                f"The record file {str(self._path)!r} ends early: it could not be written "
                f"({error.strerror})."
            )


def _path_runs(setting: PathSetting) -> list[PathRun]:
    spec, note = looked_up(setting.client, setting.workload.collection)
    workload = replace(setting.workload, collection=spec)
    setting = replace(setting, workload=workload)
    name = spec.name or f"locust_qdrant_{secrets.token_hex(4)}"
    paths = PATHS[workload.path]
    # Side by side they are compared, so each gets a collection of its own.
    apart = len(paths) > 1 and not spec.use_existing
    path_runs = [PathRun(path, setting, f"{name}_{path}" if apart else name) for path in paths]
    for each in path_runs:
        each.notes += filter(None, [note])
    return path_runs


def _take_turns(path_runs: Sequence[Drivable], load: Load, turns: int) -> None:
    part = scaled(load, 1 / turns)
    for _ in range(turns):
        for path_run in path_runs:
            if not path_run.drive(part):
                return


def _title(workload: Workload, processes: int) -> str:
    much, spec = load_in_words(workload.load), workload.collection
    dims = " and ".join(str(vector.dim) for vector in spec.vectors.values())
    shared = f" in {processes} processes" if processes > 1 else ""
    points = f"{spec.points:,} points to begin with"
    if spec.use_existing:
        more = f" and {spec.points:,} points more" if spec.points else ""
        points = f"what the collection {spec.name!r} has{more}"
    return f"{workload.name}: {much}{shared}, vectors of {dims} dimensions, {points}"


def load_in_words(load: Load) -> str:
    """Return how much is asked, for a title."""
    levels = {level for stage in load.stages for level in (stage.start, stage.end)}
    most = f"{'up to ' if len(levels) > 1 else ''}{max(levels):g}"
    if load.open:
        return f"{most} {'random arrivals' if load.poisson else 'arrivals'} a second"
    pause = f" who pause for {load.think_seconds * 1000:g} ms" if load.think_seconds else ""
    return f"{most} users{pause}"
