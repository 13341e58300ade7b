"""Loop lag: what is due on the event loop runs soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.probe.loop_lag import LATE_SECONDS

if TYPE_CHECKING:
    from locust_qdrant.results import PathResult

#: A blocking call in a task makes the loop late most of the time; hiccups of a busy machine, which
#: runs other things besides, stay below this.
MOST_LATE = 0.25


def check(result: PathResult) -> CheckResult:
    """Fail when the loop was more than 100 ms late for more than a quarter of the time."""
    lag = result.lag
    limit = f"over {LATE_SECONDS * 1000:.0f} ms for at most {MOST_LATE:.0%} of the time"
    if lag is None:
        return CheckResult("loop lag", "no event loop on this path", "", Verdict.PASSED)
    if not lag.ticks:
        evidence = ("the loop never ran a callback that was due: something blocks it",)
        return CheckResult("loop lag", "no tick", limit, Verdict.FAILED, evidence)
    p50, p99, worst = (seconds * 1000 for seconds in (lag.p50, lag.p99, lag.worst))
    failed = lag.late > MOST_LATE
    evidence = (
        f"{lag.late:.0%} of the time a callback waits longer than {LATE_SECONDS * 1000:.0f} ms",
    )
    return CheckResult(
        name="loop lag",
        figure=f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {worst:.1f} ms",
        limit=limit,
        verdict=Verdict.FAILED if failed else Verdict.PASSED,
        evidence=evidence if failed else (),
    )
