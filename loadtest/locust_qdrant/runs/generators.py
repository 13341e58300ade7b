"""Who makes the traffic of one path: this process, or several generator processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from locust_qdrant.locust_plugin import traffic
from locust_qdrant.locust_plugin.segment_plan import OpenBarrier, SegmentPlan
from locust_qdrant.runs.process_pool import ProcessPool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from locust_qdrant.config.model import Load
    from locust_qdrant.ledger import Ledger
    from locust_qdrant.metrics.results import SegmentResult, Watch
    from locust_qdrant.runs.messages import Job
    from locust_qdrant.targets.interface import Target


class Generators(Protocol):
    """What drives the traffic of one path, turn after turn.

    Attributes:
        losses: what became of processes that ended too early, one sentence each.
    """

    losses: list[str]

    def start(self) -> None:
        """Get ready; raises `UsageError` when that cannot be done."""

    def drive(self, load: Load, watch: Watch, is_over: Callable[[], bool] = ...) -> SegmentResult:
        """Let the traffic of one turn run, and return what happened.

        Args:
            load: how much, and when.
            watch: is shown how it goes.
            is_over: tells whether there is nothing left to drive, before the time is up.
        """

    def finish(self) -> list[Ledger]:
        """Return the books that are not those of this process's target; no turn follows."""

    def end(self) -> None:
        """Leave nothing behind, whatever happened."""


def generators(jobs: Sequence[Job], target: Target, patience: float) -> Generators:
    """Return what does `jobs`: one in this process, on `target`; several in one process each.

    Args:
        jobs: what is to be done.
        target: what is driven in this process.
        patience: seconds without a word from a process, after which it is given up.
    """
    return _InProcess(jobs[0], target) if len(jobs) == 1 else ProcessPool(jobs, patience)


class _InProcess:
    """This process."""

    def __init__(self, job: Job, target: Target) -> None:
        self.losses: list[str] = []
        self._job = job
        self._target = target

    def start(self) -> None:
        """Do nothing: the target is there."""

    def drive(
        self, load: Load, watch: Watch, is_over: Callable[[], bool] = lambda: False
    ) -> SegmentResult:
        """Let the traffic run here."""
        job = self._job
        plan = SegmentPlan(job.path, load, job.seed, job.settings, self._target)
        return traffic.drive(plan, watch, OpenBarrier(is_over))

    def finish(self) -> list[Ledger]:
        """Return nothing: the books are those of the target."""
        return []

    def end(self) -> None:
        """Do nothing: every turn cleans up behind itself."""
