"""What the experiments share: one server, and path runs on which load after load is driven."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from locust_qdrant import config
from locust_qdrant.checks import Verdict, answers, errors, generator
from locust_qdrant.interrupts import interruptible
from locust_qdrant.metrics import provenance
from locust_qdrant.metrics.record import now
from locust_qdrant.metrics.results import PathResult, Run
from locust_qdrant.probe.loop_lag import summarise
from locust_qdrant.runs.path_run import PathRun, PathSetting
from locust_qdrant.runs.server import reachable_server
from locust_qdrant.targets.qdrant.connection import connect, described
from locust_qdrant.targets.qdrant.existing import looked_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qdrant_client import QdrantClient

    from locust_qdrant.checks import CheckResult
    from locust_qdrant.client.factory import ClientSettings
    from locust_qdrant.config.model import Load, Workload
    from locust_qdrant.metrics.record import Record
    from locust_qdrant.metrics.results import SegmentResult
    from locust_qdrant.report.progress import ProgressDisplay


@dataclass(frozen=True)
class Candidate:
    """One of the ways to talk to the server.

    Attributes:
        name: its name in tables.
        path: `async` or `sync`.
        settings: how its client is made.
    """

    name: str
    path: str
    settings: ClientSettings


class Experiment:
    """A server that was seen to work, and the collections that are made on it.

    Attributes:
        server: the server in one line, without secrets.
        client: settings with the address of the server.
        notes: what a reader should know besides, one sentence each.
    """

    def __init__(
        self, client: ClientSettings, helper: QdrantClient, version: str, display: ProgressDisplay
    ) -> None:
        self.client = client
        self.server = described(version, client)
        self.notes: list[str] = []
        self._helper = helper
        self._display = display

    @contextmanager
    def path_run(self, workload: Workload, candidate: Candidate) -> Iterator[PathRun]:
        """Enter with a filled collection for one candidate, which is removed at the end.

        Raises:
            UsageError: the server does not let us.
        """
        spec, note = looked_up(self._helper, workload.collection)
        workload = replace(workload, collection=spec)
        setting = PathSetting(workload, candidate.settings, self._helper, self._display, _nowhere)
        name = spec.name or f"locust_qdrant_{secrets.token_hex(4)}"
        path_run = PathRun(candidate.path, setting, name)
        path_run.notes += filter(None, [note])
        try:
            path_run.open()
            yield path_run
        finally:
            path_run.close()
            self.notes += [note for note in path_run.notes if note not in self.notes]


@contextmanager
def experiment(client: ClientSettings, display: ProgressDisplay) -> Iterator[Experiment]:
    """Enter with a server, which is the embedded engine where `client` has no address.

    Raises:
        UsageError: the server cannot be used.
    """
    with interruptible(), reachable_server(client, display) as reachable:
        helper, version = connect(reachable)
        try:
            yield Experiment(reachable, helper, version, display)
        finally:
            helper.close()


def drive(path_run: PathRun, load: Load) -> SegmentResult:
    """Drive one load and return what happened.

    Raises:
        KeyboardInterrupt: it was cut short.
    """
    complete = path_run.drive(load)
    segment = path_run.turns[-1]
    if not complete and segment.traffic.interrupted:
        raise KeyboardInterrupt
    return segment


def result_of(segment: SegmentResult, path: str, workload: Workload) -> PathResult:
    """Return one stretch of traffic as what figures and checks read; nothing is read back."""
    traffic = segment.traffic
    return PathResult(
        path=path,
        expected=tuple(operation.name for operation in workload.operations),
        traffic=traffic,
        lag=summarise(list(traffic.lag)) if path == "async" else None,
        audit=None,
        recall=segment.recall,
        leftovers=segment.leftovers,
        thresholds=workload.thresholds,
        answers=segment.answers,
    )


def what_failed(part: PathResult) -> str:
    """Return what went wrong with the requests of what counts, in words; empty for nothing."""
    said = (errors.check(part), *answers.check(part))
    return "; ".join(_with_reason(each) for each in said if each.fails)


def what_was_short(part: PathResult) -> str:
    """Return what the load generator or its machine was short of; empty for nothing."""
    said = generator.check(part)
    return said.evidence[0] if said.verdict is Verdict.INVALID else ""


def _with_reason(said: CheckResult) -> str:
    return f"{said.figure} ({said.evidence[0]})" if said.evidence else said.figure


def header(setup: Experiment, workload: Workload, title: str, command: str) -> Run:
    """Return what is to be said of an experiment besides its figures."""
    return Run(
        title=title,
        server=setup.server,
        command=command,
        started=now(),
        versions=provenance.versions(),
        machine=provenance.machine(),
        workload=config.as_data(workload),
        paths=(),
        notes=setup.notes,
    )


def with_load(workload: Workload, load: Load) -> Workload:
    """Return the workload with another load."""
    return replace(workload, load=load)


def _nowhere(_path: str, _records: Sequence[Record]) -> None:
    """Experiments keep no record of each request."""
