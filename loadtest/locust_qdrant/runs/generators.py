"""Who makes the traffic of one path: this process, or several generator processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from locust_qdrant.checks.loading import load_answer_checks
from locust_qdrant.locust_plugin import traffic
from locust_qdrant.locust_plugin.segment_plan import SegmentPlan
from locust_qdrant.runs.process_pool import ProcessPool
from locust_qdrant.targets.qdrant.target import QdrantTarget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.config.model import Load
    from locust_qdrant.ledger import Ledger
    from locust_qdrant.metrics.segment import SegmentResult, Watch
    from locust_qdrant.runs.messages import Job
    from locust_qdrant.targets.qdrant.state import WorkloadState


class Generators(Protocol):
    """What drives the traffic of one path, turn after turn.

    Attributes:
        losses: what became of processes that ended too early, one sentence each.
    """

    losses: list[str]

    def start(self) -> None:
        """Get ready; raises `UsageError` when that cannot be done."""

    def drive(self, load: Load, watch: Watch) -> SegmentResult:
        """Let the traffic of one turn run, and return what happened."""

    def finish(self) -> list[Ledger]:
        """Return the books that are not those of this process's state; no turn follows."""

    def end(self) -> None:
        """Leave nothing behind, whatever happened."""


def generators(jobs: Sequence[Job], state: WorkloadState, patience: float) -> Generators:
    """Return what does `jobs`: one in this process, with `state`; several in one process each.

    Args:
        jobs: what is to be done.
        state: the state of this process.
        patience: seconds without a word from a process, after which it is given up.
    """
    return _InProcess(jobs[0], state) if len(jobs) == 1 else ProcessPool(jobs, patience)


class _InProcess:
    """This process."""

    def __init__(self, job: Job, state: WorkloadState) -> None:
        self.losses: list[str] = []
        self._job = job
        self._target = QdrantTarget(
            state, job.worker, load_answer_checks(job.workload.answer_checks)
        )

    def start(self) -> None:
        """Do nothing: the state is there."""

    def drive(self, load: Load, watch: Watch) -> SegmentResult:
        """Let the traffic run here."""
        job = self._job
        plan = SegmentPlan(job.path, load, job.workload.seed, job.settings, self._target)
        return traffic.drive(plan, watch)

    def finish(self) -> list[Ledger]:
        """Return nothing: the books are those of the state."""
        return []

    def end(self) -> None:
        """Do nothing: every turn cleans up behind itself."""
