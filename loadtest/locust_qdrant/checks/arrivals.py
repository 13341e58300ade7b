"""Arrivals: in an open workload, every request began, and began in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks import generator
from locust_qdrant.checks.interface import CheckResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult

#: Share of the arrivals that may begin late. Their latency counts from when they were due, so it is
#: honest all the same; but a load that comes late is not the load that was asked for.
MOST_LATE = 0.05


def check(result: PathResult) -> Iterator[CheckResult]:
    """Fail when an arrival was missed, warn when many were late; silent in a closed workload.

    Missed by a load generator that was short of processors, they are invalid instead.
    """
    arrivals = result.traffic.arrivals
    if arrivals is None:
        return
    limit = f"none missed, up to {MOST_LATE:.0%} late"
    if not arrivals.planned:
        nothing = ("no arrival was due: the rate is too low for so short a time",)
        yield CheckResult("arrivals", "none due", limit, Verdict.NOT_MEASURED, nothing)
        return
    evidence = []
    verdict = Verdict.PASSED
    if arrivals.late > MOST_LATE * arrivals.planned:
        verdict = Verdict.WARNING
        evidence.append(
            f"{arrivals.late / arrivals.planned:.0%} of the arrivals began more than 10 ms late: "
            "this process, or the machine, could not keep the rate"
        )
    if arrivals.missed:
        short = generator.was_short(result)
        verdict = Verdict.INVALID if short else Verdict.FAILED
        why = (
            "the load generator was short of processors, which is enough to explain it"
            if short
            else "the server cannot keep this rate, `most_in_flight` is too low, or this process "
            "was behind when the time was up"
        )
        evidence.append(f"{arrivals.missed:,} arrivals never began: {why}")
    yield CheckResult(
        name="arrivals",
        figure=f"{arrivals.planned:,} due, {arrivals.late:,} late, {arrivals.missed:,} missed",
        limit=limit,
        verdict=verdict,
        evidence=tuple(evidence),
    )
