"""One test of a service, from starting it to the report: `locust-qdrant service`."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.console import Console

from locust_qdrant.checks import load as load_checks
from locust_qdrant.config.service import ALL, Endpoint, ServiceWorkload, as_data, groups
from locust_qdrant.config.thresholds import check_operation
from locust_qdrant.errors import UsageError
from locust_qdrant.interrupts import interruptible
from locust_qdrant.metrics import provenance
from locust_qdrant.metrics.record import now
from locust_qdrant.metrics.results import PathResult, Run
from locust_qdrant.probe.loop_lag import summarise
from locust_qdrant.redaction import redact_url
from locust_qdrant.report.outputs import Outputs, write_text
from locust_qdrant.report.progress import ProgressDisplay
from locust_qdrant.runs.configuration import PATIENCE_SECONDS
from locust_qdrant.runs.generators import generators
from locust_qdrant.runs.merging import in_turn
from locust_qdrant.runs.messages import Job
from locust_qdrant.runs.path_run import Watcher
from locust_qdrant.runs.run import RecordStream, conclude, load_in_words, measure
from locust_qdrant.runs.server import send_log_to
from locust_qdrant.targets.http.client import HttpSettings, secrets_of
from locust_qdrant.targets.http.discovery import prepare
from locust_qdrant.targets.http.profiler import as_profile, profiler_of, seen_of
from locust_qdrant.targets.http.system_under_test import ServiceSource, SystemUnderTest, serving
from locust_qdrant.targets.http.target import HttpTargetSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from locust_qdrant.config.model import Load
    from locust_qdrant.metrics.results import Progress, SegmentResult
    from locust_qdrant.runs.path_run import Stream
    from locust_qdrant.targets.http.profiler import ProbedSpan


@dataclass(frozen=True)
class ServiceConfiguration:
    """What a test of a service is asked to do.

    Attributes:
        source: what is tested.
        workload: the traffic.
        outputs: where reports and records go.
        side_by_side: whether the groups of endpoints take turns.
        rounds: number of turns that each group gets.
        most_held: largest share of the time, 0 to 1, in which lines may hold the loop.
        longest_hold: seconds for which one line may hold the loop at a stretch.
        processes: number of processes that share the load.
        command: the command line, without secrets.
        patience: seconds without a word from one of the processes, after which it is given up.
        allow_invalid: whether figures that say little are fine.
    """

    source: ServiceSource
    workload: ServiceWorkload
    outputs: Outputs
    side_by_side: bool = False
    rounds: int = 1
    most_held: float = 0.25
    longest_hold: float = 0.1
    processes: int = 1
    command: str = ""
    patience: float = PATIENCE_SECONDS
    allow_invalid: bool = False


def run(configuration: ServiceConfiguration) -> int:
    """Test the service, print the report, write the others, and return the exit code.

    Raises:
        UsageError: the service does not start, cannot be reached, or offers nothing to ask.
    """
    load_checks(configuration.workload.checks)
    progress = Console(stderr=True)
    send_log_to(progress)
    display = ProgressDisplay(progress)
    spans: list[ProbedSpan] = []
    with interruptible():
        try:
            with serving(configuration.source, display.say) as system:
                done = _measure(configuration, system, display, spans)
        except KeyboardInterrupt:
            done = _header(
                configuration, configuration.source.app or redact_url(configuration.source.url), ()
            )
        profile = as_profile(spans, configuration.source.root)
        if configuration.outputs.profile is not None and profile is not None:
            write_text("profile", configuration.outputs.profile, profile.to_json())
        return conclude(done, configuration.outputs, allow_invalid=configuration.allow_invalid)


def _measure(
    configuration: ServiceConfiguration,
    system: SystemUnderTest,
    display: ProgressDisplay,
    spans: list[ProbedSpan],
) -> Run:
    workload = configuration.workload
    requests = [*workload.endpoints, *(step.request for step in workload.setup)]
    settings = HttpSettings(system.url, workload.timeout, secrets_of(requests))
    endpoints, notes = asyncio.run(prepare(system, workload, settings))
    for threshold in workload.thresholds:
        check_operation(threshold, [endpoint.name for endpoint in endpoints])
    sides = _sides(configuration, endpoints)
    behind = f", Qdrant: {system.qdrant}" if system.qdrant else ""
    header = _header(configuration, f"{system.title}{behind}", endpoints)
    stream = RecordStream(configuration.outputs.record, header)
    masked = secrets_of([*requests, *endpoints])
    path_runs = [
        ServicePath(
            name, configuration, system, replace(settings, masked=masked), group, display, stream
        )
        for name, group in sides.items()
    ]
    path_runs[0].notes += notes
    turns = configuration.rounds if len(sides) > 1 else 1
    done = measure(path_runs, workload.load, turns, header, stream)
    spans += [span for path_run in path_runs for span in path_run.spans]
    return done


def _sides(
    configuration: ServiceConfiguration, endpoints: Sequence[Endpoint]
) -> dict[str, list[Endpoint]]:
    if not configuration.side_by_side:
        return {ALL: list(endpoints)}
    sides = groups(endpoints)
    if len(sides) < 2:  # noqa: PLR2004 - one has nothing beside it
        raise UsageError(
            "--side-by-side compares groups of endpoints, and here is only one: give the "
            "endpoints of the workload a group each, or those of the service tags."
        )
    return sides


def _header(configuration: ServiceConfiguration, server: str, endpoints: Sequence[Endpoint]) -> Run:
    """Return what is known before anything has happened."""
    much = load_in_words(configuration.workload.load)
    shared = f" in {configuration.processes} processes" if configuration.processes > 1 else ""
    name = f"{configuration.workload.name}: " if configuration.workload.name else ""
    return Run(
        title=f"{name}{much}{shared}",
        server=server,
        command=configuration.command,
        started=now(),
        versions=provenance.versions(),
        machine=provenance.machine(),
        workload=as_data(configuration.workload, endpoints),
        paths=(),
    )


class ServicePath:
    """One group of a service's endpoints: its turns of traffic, and what its probe saw in them.

    Args:
        path: the group's name.
        configuration: what is asked.
        system: what is tested.
        settings: how the clients are made.
        endpoints: those of the group.
        display: where progress goes.
        stream: where records go while the traffic runs.

    Attributes:
        path: the group's name.
        notes: what a reader should know besides, one sentence each.
        turns: what each turn left behind.
        spans: what the probe saw, a turn each; none without a probe.
    """

    def __init__(
        self,
        path: str,
        configuration: ServiceConfiguration,
        system: SystemUnderTest,
        settings: HttpSettings,
        endpoints: Sequence[Endpoint],
        display: ProgressDisplay,
        stream: RecordStream,
    ) -> None:
        self.path = path
        self.notes: list[str] = []
        self.left_behind = ""
        self.spans: list[ProbedSpan] = []
        self._configuration = configuration
        self._system = system
        self._endpoints = endpoints
        self._display = display
        self._stream: Stream = stream.add
        self._profiler = profiler_of(system)
        workload = configuration.workload
        spec = HttpTargetSpec(endpoints, workload.choices, workload.seed, system.heartbeat)
        jobs = [
            Job("async", spec, workload.seed, settings, worker, configuration.processes)
            for worker in range(configuration.processes)
        ]
        self._generators = generators(jobs, spec.build(0, 1), configuration.patience)
        self.turns: list[SegmentResult] = []

    def open(self) -> None:
        """Get ready for the traffic.

        Raises:
            UsageError: the probe refuses the token, or a process cannot be started.
        """
        self._profiler.begin()
        self._generators.start()

    def drive(self, load: Load) -> bool:
        """Let the traffic of one turn run; tell whether it ran to its end."""
        where = "" if self.path == ALL else f", {self.path}"
        warm_up = sum(stage.seconds for stage in load.stages if not stage.measured)
        begin = _Once(self._profiler.begin)
        if not warm_up:
            begin()
        with self._display.phase(f"Traffic{where}", load.seconds, in_seconds=True) as show:
            keeps = bool(self._configuration.workload.checks)
            watcher = Watcher(self.path, load, show, self._stream, keeps=keeps)

            def watch(progress: Progress) -> None:
                if progress.elapsed >= warm_up:
                    begin.beside()
                watcher.watch(progress)

            segment = watcher.complete(
                self._generators.drive(load, watch, lambda: bool(self._system.ended()))
            )
        span = self._profiler.end()
        if span is not None:
            self.spans.append(span)
        if self._system.ended():
            # That it ended is a check's to say, and no wish of the user's.
            segment = replace(segment, traffic=replace(segment.traffic, interrupted=False))
        self.turns.append(segment)
        return segment.complete

    def result(self) -> PathResult:
        """Return all that is known of this group."""
        self._generators.finish()
        return self._result(interrupted=False)

    def so_far(self) -> PathResult:
        """Return what is known of it, which is cut short."""
        return self._result(interrupted=True)

    def _result(self, *, interrupted: bool) -> PathResult:
        whole = in_turn(self.turns)
        traffic = replace(
            whole.traffic,
            interrupted=whole.traffic.interrupted or interrupted,
            task_errors=[*whole.traffic.task_errors, *self._generators.losses],
        )
        repeated = traffic.requests.every.again
        if repeated:
            self.notes.append(
                f"{repeated:,} requests were sent again: the service had closed the connection "
                "that was kept for them, as uvicorn does after an error."
            )
        return PathResult(
            path=self.path,
            expected=tuple(endpoint.name for endpoint in self._endpoints),
            traffic=traffic,
            lag=summarise(list(traffic.lag)),
            audit=None,
            leftovers=whole.leftovers,
            thresholds=self._configuration.workload.thresholds,
            service=seen_of(
                self.spans,
                self._configuration.source.root,
                most_held=self._configuration.most_held,
                longest_hold=self._configuration.longest_hold,
                died=self._system.ended(),
            ),
        )

    def close(self) -> None:
        """End the processes."""
        self._generators.end()


class _Once:
    """Calls a function the first time that it is asked to."""

    def __init__(self, function: Callable[[], None]) -> None:
        self._function = function
        self._called = False

    def __call__(self) -> None:
        """Call it, unless it was called."""
        if not self._called:
            self._called = True
            self._function()

    def beside(self) -> None:
        """Do so in a thread: whoever shows the progress must not wait for a busy service."""
        if not self._called:
            self._called = True
            threading.Thread(target=self._function, name="profiler", daemon=True).start()
