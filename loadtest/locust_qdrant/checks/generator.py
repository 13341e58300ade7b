"""Generator: did this process have the capacity to measure, or does it report its own queue?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locust_qdrant.checks.interface import CheckResult, Verdict
from locust_qdrant.metrics.figures import tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locust_qdrant.metrics.results import PathResult

MOST_CPU = 0.90
#: Largest share of the reported p99 that the loop's own lag may have.
MOST_LAG_SHARE = 0.10


def check(result: PathResult) -> CheckResult:
    """Call the figures invalid when the load generator was saturated: they show its own waiting."""
    limit = f"{MOST_CPU:.0%}, lag p99 up to {MOST_LAG_SHARE:.0%} of the p99"
    share = busiest(result)
    if not share:
        # No traffic takes no time at all: it is a record file that was cut off.
        unknown = ("nobody knows how busy the load generator was: do not trust the figures",)
        return CheckResult("generator", "not measured", limit, Verdict.NOT_MEASURED, unknown)
    evidence = [*_processor(result), *_lag(result)]
    return CheckResult(
        name="generator",
        figure=f"{share:.0%} of a core",
        limit=limit,
        verdict=Verdict.INVALID if evidence else Verdict.PASSED,
        evidence=tuple(evidence),
    )


def busiest(result: PathResult) -> float:
    """Return the share of a core that the busiest process used, 1 for all of it."""
    traffic = result.traffic
    if not traffic.seconds:
        return 0.0
    return max(traffic.cpu_by_worker.values(), default=traffic.cpu_seconds) / traffic.seconds


def _processor(result: PathResult) -> Iterator[str]:
    share = busiest(result)
    if share > MOST_CPU:
        yield (
            f"a process of the load generator used {share:.0%} of its core: latencies include "
            "waiting inside it, and the server may be faster than shown; use fewer users, a think "
            "time, or more --processes"
        )


def _lag(result: PathResult) -> Iterator[str]:
    p99 = tally(result.traffic.records).latency.latency().p99
    if result.lag is None or not p99 or result.lag.p99 <= MOST_LAG_SHARE * p99:
        return
    yield (
        f"the loop was up to {result.lag.p99 * 1000:.1f} ms late (p99), which is "
        f"{result.lag.p99 / p99:.1%} of the p99 latency of {p99 * 1000:.1f} ms: the slow requests "
        "waited for this process, or for a machine that is busy with something else"
    )
