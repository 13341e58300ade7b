"""Who makes the traffic of one path: this process, or several generator processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from locust_qdrant.aio.performing import Cast
from locust_qdrant.control import traffic
from locust_qdrant.control.fleet import Fleet
from locust_qdrant.control.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.control.driven import Driven, Watch
    from locust_qdrant.control.messages import Job
    from locust_qdrant.ledger import Ledger
    from locust_qdrant.operations.crew import Crew
    from locust_qdrant.workload.model import Load


class Crowd(Protocol):
    """What drives the traffic of one path, turn after turn.

    Attributes:
        losses: what became of processes that ended too early, one sentence each.
    """

    losses: list[str]

    def start(self) -> None:
        """Get ready; raises `UsageError` when that cannot be done."""

    def drive(self, load: Load, watch: Watch) -> Driven:
        """Let the traffic of one turn run, and return what happened."""

    def finish(self) -> list[Ledger]:
        """Return the books that are not those of this process's crew; no turn follows."""

    def end(self) -> None:
        """Leave nothing behind, whatever happened."""


def crowd(jobs: Sequence[Job], crew: Crew) -> Crowd:
    """Return what does `jobs`: one in this process, with `crew`; several in one process each."""
    return _Alone(jobs[0], crew) if len(jobs) == 1 else Fleet(jobs)


class _Alone:
    """This process."""

    def __init__(self, job: Job, crew: Crew) -> None:
        self.losses: list[str] = []
        self._job = job
        self._cast = Cast(crew, job.worker)

    def start(self) -> None:
        """Do nothing: the crew is there."""

    def drive(self, load: Load, watch: Watch) -> Driven:
        """Let the traffic run here."""
        job = self._job
        plan = Plan(job.path, load, job.workload.seed, job.settings, self._cast)
        return traffic.drive(plan, watch)

    def finish(self) -> list[Ledger]:
        """Return nothing: the books are those of the crew."""
        return []

    def end(self) -> None:
        """Do nothing: every turn cleans up behind itself."""
