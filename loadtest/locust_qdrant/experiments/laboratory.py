"""What the experiments share: one server, and lanes on which load after load is driven."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from locust_qdrant import provenance, venue, workload
from locust_qdrant.interrupts import termination_as_interrupt
from locust_qdrant.lane import Lane, Setting
from locust_qdrant.probe.loop_lag import summarise
from locust_qdrant.records import now
from locust_qdrant.results import PathResult, Run
from locust_qdrant.target.preflight import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qdrant_client import QdrantClient

    from locust_qdrant.aio.clients import ClientSettings
    from locust_qdrant.control.driven import Driven
    from locust_qdrant.records import Record
    from locust_qdrant.report.progress import ProgressDisplay
    from locust_qdrant.workload.model import Load, Workload


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


class Laboratory:
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
        self.server = f"Qdrant {version} at {client.describe()}"
        self.notes: list[str] = []
        self._helper = helper
        self._display = display

    @contextmanager
    def lane(self, asked: Workload, candidate: Candidate) -> Iterator[Lane]:
        """Enter with a filled collection for one candidate, which is removed at the end.

        Raises:
            UsageError: the server does not let us.
        """
        setting = Setting(asked, candidate.settings, self._helper, self._display, _nowhere)
        name = asked.collection.name or f"locust_qdrant_{secrets.token_hex(4)}"
        lane = Lane(candidate.path, setting, name)
        try:
            lane.open()
            yield lane
        finally:
            lane.close()
            self.notes += [note for note in lane.notes if note not in self.notes]


@contextmanager
def laboratory(client: ClientSettings, display: ProgressDisplay) -> Iterator[Laboratory]:
    """Enter with a server, which is the embedded engine where `client` has no address.

    Raises:
        UsageError: the server cannot be used.
    """
    with termination_as_interrupt(), venue.server(client, display) as reachable:
        helper, version = connect(reachable)
        try:
            yield Laboratory(reachable, helper, version, display)
        finally:
            helper.close()


def drive(lane: Lane, load: Load) -> Driven:
    """Drive one load and return what happened.

    Raises:
        KeyboardInterrupt: it was cut short.
    """
    complete = lane.drive(load)
    driven = lane.turns[-1]
    if not complete and driven.traffic.interrupted:
        raise KeyboardInterrupt
    return driven


def result_of(driven: Driven, path: str, asked: Workload) -> PathResult:
    """Return one stretch of traffic as what figures and checks read; nothing is read back."""
    traffic = driven.traffic
    return PathResult(
        path=path,
        expected=tuple(operation.name for operation in asked.operations),
        traffic=traffic,
        lag=summarise(list(traffic.lag)) if path == "async" else None,
        audit=None,
        recall=driven.recall,
        leftovers=driven.leftovers,
        thresholds=asked.thresholds,
    )


def header(lab: Laboratory, asked: Workload, title: str, command: str) -> Run:
    """Return what is to be said of an experiment besides its figures."""
    return Run(
        title=title,
        server=lab.server,
        command=command,
        started=now(),
        versions=provenance.versions(),
        machine=provenance.machine(),
        workload=workload.as_data(asked),
        paths=(),
        notes=lab.notes,
    )


def with_load(asked: Workload, load: Load) -> Workload:
    """Return the workload with another load."""
    return replace(asked, load=load)


def _nowhere(_path: str, _records: Sequence[Record]) -> None:
    """Experiments keep no record of each request."""
