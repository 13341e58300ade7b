"""Heartbeat: a task that only wants to wake every 10 ms does so, beside the traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.generator import starved
from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.metrics.figures import latency_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult

#: Beats that come later than this are missed: a health check would be late by as much.
MISSED_SECONDS = 0.5
MOST_MISSED = 0.05


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail when over 5 % of the beats were half a second late; silent where there is none.

    Where the time without a processor is enough to explain it, the figures are invalid instead.
    """
    late = [beat.seconds for beat in result.traffic.heartbeat]
    if not late:
        return
    figures = latency_of(late)
    beat = "late by" if result.service is None else "answered in"
    missed = sum(each > MISSED_SECONDS for each in late) / len(late)
    failed = missed > MOST_MISSED
    explained = missed - (starved(result) or 0.0) <= MOST_MISSED
    evidence = (f"{missed:.0%} of the beats came over {MISSED_SECONDS:g} s late",)
    yield CheckResult(
        name="heartbeat",
        figure=f"{beat} p50 {figures.p50 * 1000:.1f} ms, p99 {figures.p99 * 1000:.1f} ms, "
        f"max {figures.max * 1000:.1f} ms",
        limit=f"over {MISSED_SECONDS * 1000:.0f} ms for at most {MOST_MISSED:.0%} of the beats",
        verdict=(Verdict.INVALID if explained else Verdict.FAILED) if failed else Verdict.PASSED,
        evidence=evidence if failed else (),
    )
