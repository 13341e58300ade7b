"""What a run left behind: the only input of figures, checks and reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust_qdrant.ledger import Audit
    from locust_qdrant.probe.loop_lag import LagSummary
    from locust_qdrant.records import Record


@dataclass(frozen=True)
class Traffic:
    """What happened while the clock ran, on one path.

    Attributes:
        records: one for each request.
        seconds: how long the traffic lasted.
        lag: lags of the event loop in seconds, empty where there is none.
        cpu_seconds: processor time that this process used meanwhile.
        task_errors: what went wrong in tasks besides the requests, one line each.
        interrupted: whether it was cut short.
    """

    records: Sequence[Record]
    seconds: float
    lag: Sequence[float]
    cpu_seconds: float
    task_errors: Sequence[str] = ()
    interrupted: bool = False


@dataclass(frozen=True)
class PathResult:
    """One path of a run, async or sync, from its traffic to what was read back.

    Attributes:
        path: `async` or `sync`.
        expected: the client's method of every operation in the mix.
        traffic: what happened.
        lag: the event loop's lag, None where there is no loop.
        audit: whether what was acknowledged is there, None when nothing was read back.
    """

    path: str
    expected: tuple[str, ...]
    traffic: Traffic
    lag: LagSummary | None
    audit: Audit | None

    @property
    def cpu_share(self) -> float:
        """Share of one processor core that this process used, 1 for all of it."""
        return self.traffic.cpu_seconds / self.traffic.seconds if self.traffic.seconds else 0.0


def merge(rounds: Sequence[Traffic]) -> Traffic:
    """Return several rounds of traffic on one path as one: nothing is averaged."""
    return Traffic(
        records=[record for each in rounds for record in each.records],
        seconds=sum(each.seconds for each in rounds),
        lag=[lag for each in rounds for lag in each.lag],
        cpu_seconds=sum(each.cpu_seconds for each in rounds),
        task_errors=[error for each in rounds for error in each.task_errors],
        interrupted=any(each.interrupted for each in rounds),
    )
